// The compiled filter, for the fields that the product's filters use; numbers as the DLL emits them.
enum {
    ZERO = 0, INBOUND_FIELD = 1, OUTBOUND_FIELD = 2, INTERFACE_FIELD = 3, IP = 5, IPV6 = 6, ICMP = 7, TCP = 8, UDP = 9, ICMPV6 = 10, IP_TOS = 12, IP_PROTOCOL = 19, IP_SOURCE = 21, IP_DESTINATION = 22,
    IPV6_CLASS = 23, IPV6_NEXT = 26, IPV6_SOURCE = 28, IPV6_DESTINATION = 29, ICMP_TYPE = 30, ICMP_CODE = 31, ICMPV6_TYPE = 34, ICMPV6_CODE = 35, TCP_SOURCE = 38, TCP_DESTINATION = 39,
    UDP_SOURCE = 53, UDP_DESTINATION = 54, UDP_PAYLOAD_LENGTH = 57, LOOPBACK_FIELD = 58, IMPOSTOR_FIELD = 59, PROTOCOL = 65, UDP_PAYLOAD32 = 79, LENGTH = 80, FRAGMENT_FIELD = 85
};
enum { EQUAL, NOT_EQUAL, LESS, AT_MOST, GREATER, AT_LEAST };
enum { ACCEPT = 0x7FFE, REJECT = 0x7FFF };

struct headers { const U8 *v4, *v6, *icmp, *icmpv6, *tcp, *udp; U32 protocol, payloadLength; int isFragment; };

static int is_known(U32 field)
{
    static const U8 known[] = {ZERO, INBOUND_FIELD, OUTBOUND_FIELD, INTERFACE_FIELD, IP, IPV6, ICMP, TCP, UDP, ICMPV6, IP_TOS, IP_PROTOCOL, IP_SOURCE, IP_DESTINATION, IPV6_CLASS, IPV6_NEXT, IPV6_SOURCE, IPV6_DESTINATION,
        ICMP_TYPE, ICMP_CODE, ICMPV6_TYPE, ICMPV6_CODE, TCP_SOURCE, TCP_DESTINATION, UDP_SOURCE, UDP_DESTINATION, UDP_PAYLOAD_LENGTH, LOOPBACK_FIELD, IMPOSTOR_FIELD, PROTOCOL, UDP_PAYLOAD32, LENGTH, FRAGMENT_FIELD};
    for (U32 i = 0; i < sizeof known; i++) if (known[i] == field) return 1;
    return 0;
}

static U32 word(const U8 *at) { return (U32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3]; }

static U32 half(const U8 *at) { return at[0] << 8 | at[1]; }

static int is_extension(U32 protocol) { return protocol == 0 || protocol == 43 || protocol == 44 || protocol == 51 || protocol == 60 || protocol == 135; }

// Where the headers are; the DLL walks past AH and the mobility header, too.
static void read_headers(const U8 *octets, U32 length, struct headers *found)
{
    U32 at, isLater = 0;
    *found = (struct headers){0};
    if (octets[0] >> 4 == 4) {
        found->v4 = octets, at = (octets[0] & 15) * 4, found->protocol = octets[9];
        found->isFragment = (half(octets + 6) & 0x3FFF) != 0, isLater = (half(octets + 6) & 0x1FFF) != 0;
    } else {
        found->v6 = octets, at = 40, found->protocol = octets[6];
    }
    while ((found->v6 || found->protocol == 51) && is_extension(found->protocol) && !isLater && at + 8 <= length) {
        U32 own = found->protocol;
        found->protocol = octets[at];
        if (own == 44) found->isFragment = 1, isLater = (half(octets + at + 2) & 0xFFF8) != 0;
        at += own == 44 ? 8 : own == 51 ? (octets[at + 1] + 2) * 4 : (octets[at + 1] + 1) * 8;
    }
    if (isLater || at > length) return;
    U32 left = length - at;
    if (found->protocol == 6 && left >= 20) found->tcp = octets + at;
    else if (found->protocol == 17 && left >= 8) found->udp = octets + at, found->payloadLength = left - 8;
    else if (found->protocol == 1 && found->v4 && left >= 8) found->icmp = octets + at;
    else if (found->protocol == 58 && found->v6 && left >= 8) found->icmpv6 = octets + at;
}

static void value_of_v6(const U8 *address, U32 *value)
{
    for (int i = 0; i < 4; i++) value[3 - i] = word(address + 4 * i);
}

// A field of a packet, the least significant word first; 0 where the packet has no such header.
static int read_field(const struct instruction *test, const struct headers *h, U32 length, const U8 *address, U32 *value)
{
    switch (test->field) {
    case ZERO: return 1;
    case INBOUND_FIELD: value[0] = !(address[10] & OUTBOUND); return 1;
    case OUTBOUND_FIELD: value[0] = (address[10] & OUTBOUND) != 0; return 1;
    case LOOPBACK_FIELD: value[0] = (address[10] & LOOPBACK) != 0; return 1;
    case IMPOSTOR_FIELD: value[0] = (address[10] & IMPOSTOR) != 0; return 1;
    case INTERFACE_FIELD: value[0] = *(const U32 *)(address + 16); return 1;
    case LENGTH: value[0] = length; return 1;
    case FRAGMENT_FIELD: value[0] = h->isFragment; return 1;
    case PROTOCOL: value[0] = h->protocol; return 1;
    case IP: value[0] = h->v4 != 0; return 1;
    case IPV6: value[0] = h->v6 != 0; return 1;
    case ICMP: value[0] = h->icmp != 0; return 1;
    case ICMPV6: value[0] = h->icmpv6 != 0; return 1;
    case TCP: value[0] = h->tcp != 0; return 1;
    case UDP: value[0] = h->udp != 0; return 1;
    // IPv4 addresses are compared as mapped ones.
    case IP_SOURCE: if (h->v4) value[0] = word(h->v4 + 12), value[1] = 0xFFFF; return h->v4 != 0;
    case IP_DESTINATION: if (h->v4) value[0] = word(h->v4 + 16), value[1] = 0xFFFF; return h->v4 != 0;
    case IP_TOS: if (h->v4) value[0] = h->v4[1]; return h->v4 != 0;
    case IP_PROTOCOL: if (h->v4) value[0] = h->v4[9]; return h->v4 != 0;
    case IPV6_CLASS: if (h->v6) value[0] = half(h->v6) >> 4 & 0xFF; return h->v6 != 0;
    case IPV6_SOURCE: if (h->v6) value_of_v6(h->v6 + 8, value); return h->v6 != 0;
    case IPV6_DESTINATION: if (h->v6) value_of_v6(h->v6 + 24, value); return h->v6 != 0;
    case IPV6_NEXT: if (h->v6) value[0] = h->v6[6]; return h->v6 != 0;
    case ICMP_TYPE: if (h->icmp) value[0] = h->icmp[0]; return h->icmp != 0;
    case ICMP_CODE: if (h->icmp) value[0] = h->icmp[1]; return h->icmp != 0;
    case ICMPV6_TYPE: if (h->icmpv6) value[0] = h->icmpv6[0]; return h->icmpv6 != 0;
    case ICMPV6_CODE: if (h->icmpv6) value[0] = h->icmpv6[1]; return h->icmpv6 != 0;
    case TCP_SOURCE: if (h->tcp) value[0] = half(h->tcp); return h->tcp != 0;
    case TCP_DESTINATION: if (h->tcp) value[0] = half(h->tcp + 2); return h->tcp != 0;
    case UDP_SOURCE: if (h->udp) value[0] = half(h->udp); return h->udp != 0;
    case UDP_DESTINATION: if (h->udp) value[0] = half(h->udp + 2); return h->udp != 0;
    case UDP_PAYLOAD_LENGTH: value[0] = h->payloadLength; return h->udp != 0;
    case UDP_PAYLOAD32: if (h->udp && h->payloadLength >= 4) value[0] = word(h->udp + 8); return h->udp && h->payloadLength >= 4;
    default: return 0;
    }
}

static int compare(const U32 *a, const U32 *b, int words)
{
    for (int i = words - 1; i >= 0; i--) if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int holds(const struct instruction *test, const struct headers *h, U32 length, const U8 *address)
{
    U32 value[4] = {0};
    if (!read_field(test, h, length, address, value)) return 0;
    // Behind the first word an element of the payload carries its index.
    int order = compare(value, test->value, test->field == UDP_PAYLOAD32 ? 1 : 4);
    switch (test->test) {
    case EQUAL: return order == 0;
    case NOT_EQUAL: return order != 0;
    case LESS: return order < 0;
    case AT_MOST: return order <= 0;
    case GREATER: return order > 0;
    default: return order >= 0;
    }
}

static int matches_filter(const struct handle *handle, const U8 *octets, U32 length, const U8 *address)
{
    struct headers h;
    read_headers(octets, length, &h);
    for (U32 at = 0, steps = 0; at < handle->instructions && steps < MOST_INSTRUCTIONS; steps++) {
        at = holds(&handle->filter[at], &h, length, address) ? handle->filter[at].success : handle->filter[at].failure;
        if (at == ACCEPT) return 1;
    }
    return 0;
}
