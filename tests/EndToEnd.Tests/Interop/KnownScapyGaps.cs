namespace EndToEnd.Tests.Interop;

/// <summary>Where scapy 2.5.0 departs from the RFCs or lacks something; the script supplies what it can, and this side never follows scapy.</summary>
internal static class KnownScapyGaps
{
    /// <summary>The version the list was made from; others may have closed gaps.</summary>
    public const string Version = "2.5.0";

    /// <summary>Supplied by the script.</summary>
    public const string ExtendedNumbersBesideMac =
        "scapy leaves the high half of an extended number out of ESP's separate ICV, which RFC 4303 §2.2.1 has it cover";

    /// <summary>Supplied by the script.</summary>
    public const string UdpLength = "scapy writes the UDP length before ESP is in place: 8 for every packet over IPv4, against RFC 768";

    /// <summary>Supplied by the script.</summary>
    public const string UdpChecksumOverIpv6 = "scapy sends UDP over IPv6 without a checksum, which receivers discard (RFC 8200 §8.1)";

    /// <summary>Supplied by the script.</summary>
    public const string UdpTransportOverIpv6 = "scapy opens no UDP-encapsulated transport mode over IPv6: it writes the next header into the UDP header";

    /// <summary>Supplied by the script.</summary>
    public const string TruncatedGcm = "scapy's AES-GCM writes an ICV of 16 octets whatever length is asked for; RFC 4106 §6 has 8 and 12 too";

    /// <summary>Supplied by the script.</summary>
    public const string Gmac = "scapy has no ENCR_NULL_AUTH_AES_GMAC (RFC 4543)";

    /// <summary>Supplied by the script.</summary>
    public const string Xcbc = "scapy has no AES-XCBC-MAC-96 (RFC 3566)";

    /// <summary>Left out: a peer written here would only repeat our own reading of RFC 4543 §4, whether the IV in the ICV field is covered.</summary>
    public const string GmacInAh = "scapy has no AUTH_AES_GMAC for AH (RFC 4543 §4), and no other independent peer is at hand";
}
