#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""TCP connections on which the server speaks, so that a packet filter that forgot them shows.

    tcp_flows.py serve PORT FLOWS            waits for so many connections, then for SIGUSR1: asks a question on each; prints how
                                             many were answered within 10 s, and how many connections broke
    tcp_flows.py connect ADDRESS PORT FLOWS  opens them, answers each question, until they are closed
"""

import asyncio
import signal
import sys

PATIENCE_S = 10


async def answer_all(address, port, flows):
    async def answer(reader, writer):
        writer.write(b"h")
        while question := await reader.read(1):
            writer.write(question)

    async def one():
        await answer(*await asyncio.open_connection(address, port))

    # The others come when the gateway knows the server's MAC: of a burst, few packets may wait for it.
    first = await asyncio.open_connection(address, port)
    await asyncio.gather(answer(*first), *(one() for _ in range(flows - 1)), return_exceptions=True)


async def ask(reader, writer):
    writer.write(b"q")
    return await asyncio.wait_for(reader.readexactly(1), PATIENCE_S)


async def ask_all(port, flows):
    connections, go = [], asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, go.set)

    async def accept(reader, writer):
        await reader.readexactly(1)
        connections.append((reader, writer))
        if len(connections) == flows:
            print("all", flush=True)

    await asyncio.start_server(accept, None, port, backlog=4096)
    await go.wait()
    answers = await asyncio.gather(*(ask(*connection) for connection in connections), return_exceptions=True)
    answered = sum(answer == b"q" for answer in answers)
    print(f"{answered} of {len(connections)}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(ask_all(int(sys.argv[2]), int(sys.argv[3])))
    else:
        asyncio.run(answer_all(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
