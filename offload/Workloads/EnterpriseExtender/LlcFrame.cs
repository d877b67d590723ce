namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>An unnumbered IEEE 802.2 frame, the payload of every EE datagram: DSAP, SSAP, control, information; exists only if its three octets are whole.</summary>
internal readonly ref struct LlcFrame
{
    /// <summary>Octets before the information.</summary>
    public const int HeaderLength = 3;

    /// <summary>The service access point EE uses by default: SNA path control.</summary>
    public const byte Sap = 0x04;

    /// <summary>Set in the SSAP of a response.</summary>
    public const byte ResponseBit = 0x01;

    private readonly ReadOnlySpan<byte> _octets;

    private LlcFrame(ReadOnlySpan<byte> octets) => _octets = octets;

    public byte Dsap => _octets[0];

    public byte Ssap => _octets[1];

    public byte Control => _octets[2];

    /// <summary>Whether it goes to our access point from the peer's, as command or response.</summary>
    public bool IsOwn => Dsap == Sap && (Ssap & ~ResponseBit) == Sap;

    public bool IsResponse => (Ssap & ResponseBit) != 0;

    /// <summary>What follows the control octet.</summary>
    public ReadOnlySpan<byte> Information => _octets[HeaderLength..];

    public static bool TryView(ReadOnlySpan<byte> octets, out LlcFrame frame)
    {
        frame = octets.Length < HeaderLength ? default : new(octets);
        return octets.Length >= HeaderLength;
    }

    /// <summary>Writes the three octets.</summary>
    public static void Write(Span<byte> frame, byte control, bool isResponse)
    {
        frame[0] = Sap;
        frame[1] = (byte)(isResponse ? Sap | ResponseBit : Sap);
        frame[2] = control;
    }
}
