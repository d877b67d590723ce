using IpsecDp.Crypto;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Sad;

/// <summary>One security association as control decided it (RFC 4301 §4.4.2.1); immutable, one direction, one layer of a bundle.</summary>
public sealed record SaModel : IDisposable
{
    /// <summary>The tunnel it belongs to, by the name policy gives it.</summary>
    public required string Tunnel { get; init; }

    /// <summary>256 to 2^32-1; 0 and 1 to 255 are reserved (RFC 4303 §2.1).</summary>
    public required uint Spi { get; init; }

    /// <summary>ESP or AH.</summary>
    public required SaProtocol Protocol { get; init; }

    /// <summary>Transport or tunnel mode.</summary>
    public required SaMode Mode { get; init; }

    /// <summary>Algorithms; for AH only <see cref="CipherSuite.Integrity"/> counts, beside <see cref="EncryptionAlgorithm.Null"/>.</summary>
    public required CipherSuite Suite { get; init; }

    /// <summary>Key material; for AH only <see cref="SuiteKeys.Integrity"/>.</summary>
    public required SuiteKeys Keys { get; init; }

    /// <summary>This host's security endpoint: the outer address in tunnel mode.</summary>
    public required IpAddress Local { get; init; }

    /// <summary>The peer's security endpoint.</summary>
    public required IpAddress Remote { get; init; }

    /// <summary>What may travel in it; an inbound packet outside is refused (RFC 4301 §5.2 step 4). Empty: only the SPD decides.</summary>
    public IReadOnlyList<TrafficSelector> Selectors { get; init; } = [];

    /// <summary>UDP ports around ESP (RFC 3948); null for plain ESP.</summary>
    public UdpEncapsulation? Encapsulation { get; init; }

    /// <summary>The addresses the peer's transport checksums cover where a NAT changed them: an inbound SA in transport mode under UDP mends the checksums by them (RFC 3948 §3.1.2). Null where nothing was translated.</summary>
    public OriginalAddresses? Originals { get; init; }

    /// <summary>64-bit numbers (RFC 4304).</summary>
    public bool ExtendedSequenceNumbers { get; init; }

    /// <summary>Packets the replay window spans: 0 for off, else 32 to 65 536.</summary>
    public int ReplayWindow { get; init; } = 1024;

    /// <summary>The last number it was known to use; 0 for a fresh SA.</summary>
    public ulong InitialSequence { get; init; }

    /// <summary>When to warn and when to stop.</summary>
    public SaLifetime Lifetime { get; init; } = SaLifetime.Unlimited;

    /// <summary>What happens to the outer header in tunnel mode.</summary>
    public TunnelMarking Marking { get; init; } = TunnelMarking.Default;

    /// <summary>Octets every sealed payload is padded to at least (TFC, RFC 4303 §2.7); 0 for none. Tunnel mode only.</summary>
    public int TrafficFlowPadding { get; init; }

    /// <summary>Whether the peer takes fragments other than the first, which show no ports (RFC 4301 §7, RFC 7296 §3.10.1); where it does not, an outbound SA seals whole packets only, and what is too big is cut afterwards.</summary>
    public bool TakesLaterFragments { get; init; } = true;

    /// <summary>Octets the packet may have on the link towards the peer; 0 for the port's own.</summary>
    public int PathMtu { get; init; }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose() => Keys.Dispose();
}
