"""Small servers on loopback: POP3 and IMAP mailboxes, and a DNS server with one zone."""

import contextlib
import socketserver
import threading

import dns.message
import dns.name
import dns.rcode
import dns.resolver
import dns.rrset


@contextlib.contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class MailboxServer(socketserver.ThreadingTCPServer):
    """Mailbox with `mails` by number and the numbers of `flagged` mails. `commands` lists the commands of clients.

    Deleted mails are removed at the end of a session.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, handler, mails):
        super().__init__(("127.0.0.1", 0), handler)
        self.mails = dict(enumerate(mails, 1))
        self.flagged = set()
        self.password = "secret"
        self.commands = []

    @property
    def port(self):
        return self.server_address[1]


class Pop3(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        deleted = set()
        self.say("+OK ready")
        for line in self.rfile:
            command, *arguments = line.decode().split()
            self.server.commands.append(command)
            if command == "PASS" and arguments != [self.server.password]:
                self.say("-ERR")
            elif command == "LIST":
                self.say("+OK")
                for number, mail in self.server.mails.items():
                    self.say(f"{number} {len(mail)}")
                self.say(".")
            elif command == "RETR":
                self.say("+OK")
                for text in self.server.mails[int(arguments[0])].splitlines():
                    self.wfile.write((b"." if text.startswith(b".") else b"") + text + b"\r\n")
                self.say(".")
            elif command == "DELE":
                deleted.add(int(arguments[0]))
                self.say("+OK")
            elif command == "QUIT":
                for number in deleted:
                    del self.server.mails[number]
                self.say("+OK")
                return
            else:
                self.say("+OK")


class Imap(socketserver.StreamRequestHandler):
    def handle(self):
        deleted = set()
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, command, *arguments = line.decode().split()
            mails = self.server.mails
            if command == "UID":
                command, *arguments = arguments
            self.server.commands.append(command)
            if command == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command == "SELECT":
                self.wfile.write(f"* {len(mails)} EXISTS\r\n".encode())
            elif command == "SEARCH":
                unseen = set(mails) - (self.server.flagged if "UNFLAGGED" in arguments else set())
                self.wfile.write(f"* SEARCH {' '.join(map(str, sorted(unseen)))}\r\n".encode())
            elif command == "FETCH" and "SIZE" in arguments[1]:
                size = len(mails[int(arguments[0])])
                self.wfile.write(f"* {arguments[0]} FETCH (UID {arguments[0]} RFC822.SIZE {size})\r\n".encode())
            elif command == "FETCH":
                mail = mails[int(arguments[0])]
                self.wfile.write(f"* {arguments[0]} FETCH (UID {arguments[0]} BODY[] {{{len(mail)}}}\r\n".encode())
                self.wfile.write(mail + b")\r\n")
            elif command == "STORE":
                (self.server.flagged if "Flagged" in arguments[2] else deleted).add(int(arguments[0]))
            elif command == "EXPUNGE":
                for number in deleted:
                    del mails[number]
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if command == "LOGOUT":
                return


class NameServer(socketserver.ThreadingUDPServer):
    """DNS server of `zone`: (name, type) → records in zone file syntax. Other names get NXDOMAIN."""

    def __init__(self, zone):
        super().__init__(("127.0.0.1", 0), _Question)
        self.zone = zone

    def resolver(self):
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.server_address[1]
        resolver.lifetime = 5
        return resolver


class _Question(socketserver.BaseRequestHandler):
    def handle(self):
        raw, socket = self.request
        query = dns.message.from_wire(raw)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        records = self.server.zone.get((question.name.to_text().rstrip("."), kind), [])
        answer = dns.message.make_response(query)
        if records:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)
