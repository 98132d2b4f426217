"""Recognition of scans and photographs: a picture of a page becomes words and rules, as a drawn page gives them."""
