"""One end of an IPsec SA made by scapy: seals clear packets and sends them, receives sealed packets and opens them.

Started once as: scapy_peer.py INTERFACE ADDRESS...
Reads a request per line on standard input and writes a reply per line on standard output, both JSON; packets and keys are hexadecimal.
"""

import json
import select
import socket
import struct
import sys
import time

import cryptography
import scapy
from scapy.compat import raw
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import AH, AUTH_ALGOS, CRYPT_ALGOS, ESP, IPSecIntegrityError, SecurityAssociation

import scapy_gaps

ETHERTYPE = {4: 0x0800, 6: 0x86DD}
EXTENSIONS = (socket.IPPROTO_HOPOPTS, socket.IPPROTO_ROUTING, socket.IPPROTO_DSTOPTS)
ALL_FRAMES = 3
ETHERNET_HEADER = 14
PATIENCE = 120.0


class Wire:
    """Whole IP packets on a veth, in Ethernet frames made here."""

    def __init__(self, interface, addresses):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_FRAMES))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((interface, ALL_FRAMES))
        self.address = self.socket.getsockname()[4]
        self.own = {socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text) for text in addresses}

    def send(self, target, packet):
        self.socket.send(target + self.address + struct.pack("!H", ETHERTYPE[packet[0] >> 4]) + packet)

    def receive(self, is_wanted):
        """The next packet for one of the peer's addresses that is wanted."""
        end = time.monotonic() + PATIENCE
        while True:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                raise TimeoutError("no packet arrived")
            frame, source = self.socket.recvfrom(65536)
            packet = frame[ETHERNET_HEADER:]
            if source[2] != socket.PACKET_OUTGOING and self.destination(packet) in self.own and is_wanted(packet):
                return self.trimmed(packet)

    @staticmethod
    def destination(packet):
        return packet[16:20] if packet[0] >> 4 == 4 else packet[24:40]

    @staticmethod
    def trimmed(packet):
        """Without what Ethernet fills a short frame up with."""
        length = struct.unpack_from("!H", packet, 2)[0] if packet[0] >> 4 == 4 else 40 + struct.unpack_from("!H", packet, 4)[0]
        return packet[:length]


class Peer:
    """Answers requests."""

    def __init__(self, wire, icv_sizes):
        self.wire = wire
        self.icv_sizes = icv_sizes

    def about(self, request):
        """Versions, and the length of the ICV of each algorithm scapy has by itself, to be held against the RFCs."""
        return {"scapy": scapy.VERSION, "cryptography": cryptography.__version__, "icvSizes": self.icv_sizes}

    def seal(self, request):
        """Seals each packet under its number and sends it: a damaged twin first, then the packet, then the packet again."""
        target = bytes.fromhex(request["target"])
        made = []
        for clear, number in zip(request["packets"], request["numbers"]):
            sealed = self.sealed(request, parsed(bytes.fromhex(clear)), number)
            for packet in (damaged(sealed), sealed, sealed):
                self.wire.send(target, packet)
            made.append(sealed.hex())
        return {"sealed": made}

    def open(self, request):
        """Opens as many packets as there are numbers, and finds out that a damaged twin of each is refused."""
        spi = struct.pack("!L", request["sa"]["spi"])
        opened = []
        for number in request["numbers"]:
            packet = self.wire.receive(lambda octets: spi_of(octets) == spi)
            clear = self.opened(request, packet, number)
            try:
                self.opened(request, damaged(packet), number)
                is_refused = False
            except IPSecIntegrityError:
                is_refused = True
            opened.append({"sealed": packet.hex(), "clear": clear.hex(), "isDamagedRefused": is_refused})
        return {"opened": opened}

    def send(self, request):
        """Sends packets as they are."""
        for packet in request["packets"]:
            self.wire.send(bytes.fromhex(request["target"]), bytes.fromhex(packet))
        return {}

    def receive(self, request):
        """Waits for a packet of a protocol number."""
        return {"packet": self.wire.receive(lambda octets: payload_of(octets)[0] == request["protocol"]).hex()}

    @staticmethod
    def sealed(request, clear, number):
        sa = association(request, number)
        packet = sa.encrypt(clear)
        return raw(scapy_gaps.complete_udp(packet) if request["sa"]["udp"] and not request["isStock"] else packet)

    @staticmethod
    def opened(request, packet, number):
        sa = association(request, number)
        packet = parsed(packet)
        if isinstance(packet, IPv6) and request["sa"]["udp"] and not request["isStock"]:
            # In transport mode scapy looks for the next header field in the UDP header and fails.
            packet = parsed(raw(IPv6(src=packet.src, dst=packet.dst, hlim=packet.hlim, tc=packet.tc, fl=packet.fl, nh=socket.IPPROTO_ESP) / packet[ESP]))
        return raw(sa.decrypt(packet))


def association(request, number):
    """scapy's SA for one packet with the 64-bit number."""
    text = request["sa"]
    outer = text["outer"]
    sa = SecurityAssociation(
        ESP if text["protocol"] == "ESP" else AH,
        spi=text["spi"],
        crypt_algo=text["cipher"],
        crypt_key=bytes.fromhex(text["cipherKey"]),
        crypt_icv_size=text["icvSize"],
        auth_algo=text["mac"],
        auth_key=bytes.fromhex(text["macKey"]),
        tunnel_header=header(outer[0], outer[1]) if outer else None,
        nat_t_header=UDP(sport=text["udp"][0], dport=text["udp"][1]) if text["udp"] else None,
        esn_en=text["isExtended"],
        esn=number >> 32)
    # Not an argument of encrypt: there 0, the low half after an overflow, means "none given".
    sa.seq_num = number & 0xFFFFFFFF
    if sa.proto is ESP and sa.esn_en and text["mac"] and not request["isStock"]:
        sa.auth_algo = scapy_gaps.ExtendedNumberIntegrity(sa.auth_algo, sa.esn)
    return sa


def header(source, destination):
    return IPv6(src=source, dst=destination) if ":" in source else IP(src=source, dst=destination, id=7)


def parsed(packet):
    return IP(packet) if packet[0] >> 4 == 4 else IPv6(packet)


def payload_of(packet):
    """The protocol behind the IP header with its options or extension headers, and where it begins."""
    if packet[0] >> 4 == 4:
        return packet[9], (packet[0] & 15) * 4
    protocol, at = packet[6], 40
    while protocol in EXTENSIONS:
        protocol, at = packet[at], at + (packet[at + 1] + 1) * 8
    return protocol, at


def spi_of(packet):
    """The SPI's octets of an ESP or AH packet, under UDP too."""
    protocol, at = payload_of(packet)
    at += {socket.IPPROTO_ESP: 0, socket.IPPROTO_AH: 4, socket.IPPROTO_UDP: 8}.get(protocol, len(packet))
    return packet[at:at + 4]


def damaged(packet):
    """The packet with one bit of its ICV turned and what covers it put right."""
    octets = bytearray(packet)
    protocol, at = payload_of(packet)
    octets[at + 12 if protocol == socket.IPPROTO_AH else -1] ^= 1
    twin = bytes(octets)
    if packet[0] >> 4 == 6 and protocol == socket.IPPROTO_UDP:
        return raw(scapy_gaps.complete_udp(IPv6(twin)))
    return twin


def main():
    icv_sizes = {name: algorithm.icv_size for names in (AUTH_ALGOS, CRYPT_ALGOS) for name, algorithm in names.items()}
    scapy_gaps.install()
    peer = Peer(Wire(sys.argv[1], sys.argv[2:]), icv_sizes)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(peer, request["do"])(request)
        except Exception as failure:  # the caller's test fails with it
            reply = {"failure": "%s: %s" % (type(failure).__name__, failure)}
        print(json.dumps(reply), flush=True)


main()
