"""Builds IKEv2 messages with scapy and tells what scapy reads in ours: one line of JSON each way."""
import json
import sys

from scapy.contrib.ikev2 import *

MESSAGES = {
    "init": IKEv2(init_SPI=b"\1\2\3\4\5\6\7\x08", exch_type="IKE_SA_INIT", flags="Initiator", next_payload="SA")
    / IKEv2_payload_SA(next_payload="KE", prop=IKEv2_payload_Proposal(proposal=1, proto="IKEv2", trans_nb=4, trans=(
        IKEv2_payload_Transform(transform_type="Encryption", transform_id=12, length=12, key_length=256)
        / IKEv2_payload_Transform(transform_type="PRF", transform_id=5)
        / IKEv2_payload_Transform(transform_type="Integrity", transform_id=12)
        / IKEv2_payload_Transform(transform_type="GroupDesc", transform_id=19, next_payload="last"))))
    / IKEv2_payload_KE(next_payload="Nonce", group=19, load=bytes(range(64)))
    / IKEv2_payload_Nonce(next_payload="Notify", load=bytes(range(32)))
    / IKEv2_payload_Notify(next_payload="None", type=16388, load=bytes(20)),
    "notify": IKEv2(init_SPI=b"\1\2\3\4\5\6\7\x08", exch_type="IKE_SA_INIT", flags="Response", next_payload="Notify")
    / IKEv2_payload_Notify(next_payload="None", type=17, load=b"\0\x1f"),
}


def layers(packet):
    """The types of the payloads as scapy finds them, proposals and transforms left out."""
    found = []
    kind = packet.next_payload
    payload = packet.payload
    while kind and payload:
        found.append(kind)
        kind = getattr(payload, "next_payload", 0)
        payload = payload.payload
    return found


for line in sys.stdin:
    request = json.loads(line)
    try:
        if "build" in request:
            reply = {"hex": bytes(MESSAGES[request["build"]]).hex()}
        else:
            packet = IKEv2(bytes.fromhex(request["read"]))
            reply = {"exchange": packet.exch_type, "id": packet.id, "length": packet.length, "payloads": layers(packet)}
    except Exception as failure:
        reply = {"failure": f"{type(failure).__name__}: {failure}"}
    print(json.dumps(reply), flush=True)
