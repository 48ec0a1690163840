"""From a number back to what it rests on: the rules in words, and the trees of grounds that explanations show."""
