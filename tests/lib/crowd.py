"""A peer that answers nobody before a number of clients are there at once.

    with Crowd(1000) as crowd: ... crowd.port ...
    crowd.most                  how many there were at once, at most

It runs in a process of its own. What it then says is that it is full; with talk=True it lets them
in, and fails whatever they ask, one statement after the other.
"""

import asyncio
import multiprocessing
import resource
import struct

FULL = b"SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0"
LOCKED = b"SERROR\0VERROR\0C55P03\0Mcanceling statement due to lock timeout\0\0"


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


LOGIN = (message(b"R", struct.pack("!I", 0)) + message(b"S", b"server_version\x0015.4\0") +
         message(b"S", b"server_encoding\0UTF8\0") + message(b"S", b"standard_conforming_strings\0on\0") +
         message(b"K", struct.pack("!II", 1, 2)) + message(b"Z", b"I"))


class Peer:
    def __init__(self, size, talk):
        self.size, self.talk = size, talk
        self.now = self.most = 0
        self.complete = asyncio.Event()

    async def serve(self, reader, writer):
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            length = struct.unpack("!I", await reader.readexactly(4))[0]
            await reader.readexactly(length - 4)
            if self.now >= self.size:
                self.complete.set()
            await self.complete.wait()
            if self.talk:
                await self.converse(reader, writer)
            else:
                writer.write(message(b"E", FULL))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        self.now -= 1
        writer.close()

    async def converse(self, reader, writer):
        writer.write(LOGIN)
        while True:
            head = await reader.readexactly(5)
            await reader.readexactly(struct.unpack("!I", head[1:])[0] - 4)
            writer.write(message(b"E", LOCKED) + message(b"Z", b"I"))


def run(size, talk, pipe):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, size + 100), hard))

    async def main():
        peer = Peer(size, talk)
        server = await asyncio.start_server(peer.serve, "127.0.0.1", 0, backlog=4096)
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        pipe.send(peer.most)

    asyncio.run(main())


class Crowd:
    def __init__(self, size, talk=False):
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=run, args=(size, talk, theirs), daemon=True)
        self.most = None

    def __enter__(self):
        self.process.start()
        self.port = self.pipe.recv()
        return self

    def __exit__(self, *_):
        self.pipe.send(None)
        self.most = self.pipe.recv()
        self.process.kill()
        self.process.join()
