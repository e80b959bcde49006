"""Raw recordings of the heart, and the beats cut from them."""
