"""The curator's desk: names to add to a lexicon, and what is wrong in one. Nothing here prints."""
