"""What scapy 2.5.0 lacks beside its own IPsec classes, supplied from the RFCs with python-cryptography.

Each class here stands for a line of KnownScapyGaps.cs.
"""

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, aead, algorithms, modes
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import AUTH_ALGOS, CRYPT_ALGOS, ESP, AuthAlgo, CryptAlgo, IPSecIntegrityError, _ESPPlain
from scapy.layers.inet import UDP

BLOCK = 16


class HighHalfMac:
    """Covers the high half of an extended number behind the packet (RFC 4303 §2.2.1)."""

    def __init__(self, mac, high):
        self.mac = mac
        self.high = high

    def update(self, octets):
        self.mac.update(octets)

    def finalize(self):
        self.mac.update(struct.pack("!L", self.high))
        return self.mac.finalize()


class ExtendedNumberIntegrity(AuthAlgo):
    """ESP's separate integrity algorithm with extended numbers; scapy's own leaves the high half out."""

    def __init__(self, base, high):
        super().__init__(base.name, base.mac, base.digestmod, base.icv_size, base.key_size)
        self.base = base
        self.high = high

    def new_mac(self, key):
        return HighHalfMac(self.base.new_mac(key), self.high)


class XcbcMac:
    """AES-XCBC-MAC (RFC 3566 §4)."""

    def __init__(self, key):
        block = self.ecb(key)
        k1, self.k2, self.k3 = (block(bytes([number]) * BLOCK) for number in (1, 2, 3))
        self.encrypt = self.ecb(k1)
        self.octets = b""

    @staticmethod
    def ecb(key):
        cipher = Cipher(algorithms.AES(key), modes.ECB())
        return lambda octets: cipher.encryptor().update(octets)

    def update(self, octets):
        self.octets += octets

    def finalize(self):
        count = max(1, -(-len(self.octets) // BLOCK))
        last = self.octets[(count - 1) * BLOCK:]
        state = bytes(BLOCK)
        for at in range(count - 1):
            state = self.encrypt(self.xor(state, self.octets[at * BLOCK:(at + 1) * BLOCK]))
        if len(last) == BLOCK:
            return self.encrypt(self.xor(self.xor(state, last), self.k2))
        padded = (last + b"\x80").ljust(BLOCK, b"\x00")
        return self.encrypt(self.xor(self.xor(state, padded), self.k3))

    @staticmethod
    def xor(left, right):
        return bytes(a ^ b for a, b in zip(left, right))


class XcbcIntegrity(AuthAlgo):
    """AES-XCBC-MAC-96."""

    def __init__(self):
        super().__init__("AES-XCBC-96", mac=XcbcMac, digestmod=None, icv_size=12, key_size=(16,))

    def new_mac(self, key):
        return XcbcMac(key)


class NullGmac(CryptAlgo):
    """ENCR_NULL_AUTH_AES_GMAC (RFC 4543 §3): everything is associated data, the IV included."""

    def __init__(self):
        super().__init__("AES-NULL-GMAC", cipher=aead.AESGCM, mode=None, block_size=1, iv_size=8, key_size=(16, 24, 32), icv_size=16, salt_size=4)

    def encrypt(self, sa, esp, key, icv_size=None, esn_en=False, esn=0):
        payload = esp.data_for_encryption()
        covered = self.number(esp, esn_en, esn) + esp.iv + payload
        tag = aead.AESGCM(key).encrypt(sa.crypt_salt + esp.iv, b"", covered)
        return ESP(spi=esp.spi, seq=esp.seq, data=esp.iv + payload + tag)

    def decrypt(self, sa, esp, key, icv_size=None, esn_en=False, esn=0):
        iv, payload, tag = esp.data[:8], esp.data[8:-16], esp.data[-16:]
        try:
            aead.AESGCM(key).decrypt(sa.crypt_salt + iv, tag, self.number(esp, esn_en, esn) + iv + payload)
        except InvalidTag as refusal:
            raise IPSecIntegrityError(refusal) from refusal
        length = payload[-2]
        end = len(payload) - 2
        return _ESPPlain(spi=esp.spi, seq=esp.seq, iv=iv, data=payload[:end - length], padding=payload[end - length:end], padlen=length, nh=payload[-1], icv=tag)

    @staticmethod
    def number(esp, esn_en, esn):
        return struct.pack("!LLL", esp.spi, esn, esp.seq) if esn_en else struct.pack("!LL", esp.spi, esp.seq)


def truncated_gcm(icv_size):
    """AES-GCM whose ICV is truncated (RFC 4106 §6): scapy's own always writes 16 octets, its class over the classic mode can."""
    return CryptAlgo("AES-GCM-%d" % icv_size, cipher=algorithms.AES, mode=modes.GCM, block_size=1, iv_size=8, key_size=(16, 24, 32), icv_size=icv_size,
                     salt_size=4, format_mode_iv=lambda sa, iv, **rest: sa.crypt_salt + iv)


def install():
    """Puts the missing algorithms beside scapy's own."""
    AUTH_ALGOS["AES-XCBC-96"] = XcbcIntegrity()
    CRYPT_ALGOS["AES-NULL-GMAC"] = NullGmac()
    for icv_size in (8, 12):
        CRYPT_ALGOS["AES-GCM-%d" % icv_size] = truncated_gcm(icv_size)


def complete_udp(packet):
    """Writes the UDP length, which scapy counts before ESP is in place, and the checksum IPv6 demands (RFC 8200 §8.1)."""
    del packet[UDP].len
    if isinstance(packet, IPv6):
        del packet[UDP].chksum
    return packet
