"""The honest evaluation of forecasts."""
