"""A mail server that takes everything and keeps nothing, as fast as Python can; it says its port."""

import socket

END = b"\r\n.\r\n"


def serve(listening: socket.socket) -> None:
    """Takes one connection after the other, until it is killed."""
    while True:
        with listening.accept()[0] as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(b"220 sink\r\n")
            _talk(connection)


def _talk(connection: socket.socket) -> None:
    data = b""
    while True:
        while b"\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return
            data += more
        line, _, data = data.partition(b"\r\n")
        verb = line[:4].upper()
        if verb == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        if verb != b"DATA":
            connection.sendall(b"250-sink\r\n250 PIPELINING\r\n" if verb == b"EHLO" else b"250 ok\r\n")
            continue
        connection.sendall(b"354 go on\r\n")
        letter = bytearray(data)
        while not letter.endswith(END):
            letter += connection.recv(262144)
        data = b""
        connection.sendall(b"250 taken\r\n")


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as opened:
        print(opened.getsockname()[1], flush=True)
        serve(opened)
