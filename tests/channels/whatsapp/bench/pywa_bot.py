"""A bot on pywa that answers every message: run by a Python that has pywa, fastapi and uvicorn.

Arguments: address of the stand-in, port, phone number id, access token, app secret.
"""
import sys

import fastapi
import uvicorn
from pywa import WhatsApp

api, port, number, token, secret = sys.argv[1:]
server = fastapi.FastAPI()
bot = WhatsApp(phone_id=number, token=token, server=server, app_secret=secret,
               verify_token="verify", webhook_endpoint="/webhook")
bot.api._session.base_url = api


@bot.on_message
def answer(_, message):  # noqa: ANN001, ANN201
    message.reply_text(text=f"answer to {message.text}")


@server.get("/health")
def health():  # noqa: ANN201
    return {}


uvicorn.run(server, host="127.0.0.1", port=int(port), log_level="error")
