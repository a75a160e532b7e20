"""What the screen is made of: words for numbers and times, small pieces of HTML, components with a body."""
