"""Band-limited matting: opacity and subject colour, solved only where the trimap leaves them open."""
