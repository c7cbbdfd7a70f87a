"""What the training of the mole-or-hair classifier is made of."""
