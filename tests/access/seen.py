"""What a message of Streamlit to a browser holds, for whoever reads all of them."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def is_viewer_switch(message: ForwardMsg) -> bool:
    """The demo's switch, which stands in for the sign-in and names everybody who might sign in."""
    return _element_of(message, "selectbox").endswith("-viewer")


def bound_parameter(message: ForwardMsg) -> str:
    """The link parameter that the widget of a message reads, if it reads any."""
    if message.WhichOneof("type") != "delta":
        return ""
    element = message.delta.new_element
    kind = element.WhichOneof("type")
    return str(getattr(getattr(element, kind), "query_param_key", "")) if kind else ""


def _element_of(message: ForwardMsg, kind: str) -> str:
    if message.WhichOneof("type") != "delta":
        return ""
    return str(getattr(message.delta.new_element, kind).id)
