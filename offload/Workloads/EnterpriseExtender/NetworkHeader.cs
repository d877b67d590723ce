namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>The network layer header (NHDR) of an HPR packet: mode and priority, function type and indicators, the address list up to X'FF', one reserved octet; exists only if the list ends.</summary>
internal readonly ref struct NetworkHeader
{
    public const byte TimeSensitive = 0x08;

    private const int AddressesAt = 2;
    private const byte EndOfAddresses = 0xFF;

    private readonly ReadOnlySpan<byte> _octets;

    private NetworkHeader(ReadOnlySpan<byte> octets) => _octets = octets;

    public SwitchingMode Mode => (SwitchingMode)(_octets[0] >> 5);

    public TransmissionPriority Priority => (TransmissionPriority)((_octets[0] >> 1) & 3);

    public bool IsTimeSensitive => (_octets[1] & TimeSensitive) != 0;

    /// <summary>The labels or function addresses, without the X'FF' that ends them.</summary>
    public ReadOnlySpan<byte> Addresses => _octets[AddressesAt..^2];

    /// <summary>Octets of the header, reserved octet included.</summary>
    public int Length => _octets.Length;

    public static bool TryView(ReadOnlySpan<byte> octets, out NetworkHeader header)
    {
        header = default;
        var end = octets.Length < AddressesAt ? -1 : octets[AddressesAt..].IndexOf(EndOfAddresses);
        if (end < 0 || octets.Length < AddressesAt + end + 2)
        {
            return false;
        }

        header = new(octets[..(AddressesAt + end + 2)]);
        return true;
    }

    /// <summary>Octets a header with this many address octets takes.</summary>
    public static int LengthWith(int addresses) => AddressesAt + addresses + 2;

    /// <summary>Writes the header; no address octet may be X'FF'.</summary>
    public static void Write(Span<byte> header, SwitchingMode mode, TransmissionPriority priority, bool isTimeSensitive, ReadOnlySpan<byte> addresses)
    {
        header[0] = (byte)(((int)mode << 5) | ((int)priority << 1));
        header[1] = isTimeSensitive ? TimeSensitive : (byte)0;
        addresses.CopyTo(header[AddressesAt..]);
        header[AddressesAt + addresses.Length] = EndOfAddresses;
        header[AddressesAt + addresses.Length + 1] = 0;
    }
}
