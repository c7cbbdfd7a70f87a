"""Analytics and QA workbench for retouching e-commerce photos at scale."""

__version__ = "0.1.0"
