"""Gradio, with everything that it would send or count turned off before it is imported."""

import os

# Read when gradio is imported: no telemetry, and no statistics of its own (pandas, after every event).
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"

import gradio as gr

__all__ = ["gr"]
