"""What happened to this image?"""

GROUP = "Work"
ICON = ":material/image:"
