"""How a bundle is made. Loading one and predicting with it import nothing from here."""
