"""What may be wrong with a sentence: it and its sources, as read, flow in, and the reasons against it flow out."""
