"""The channel behind the chat widget: JSON over HTTP, and the widget's own files."""
from spinebot.channels.website.channel import WebsiteChannel

__all__ = ["WebsiteChannel"]
