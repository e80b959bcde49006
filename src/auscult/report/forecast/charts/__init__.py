"""Pictures of forecasts and their errors."""
