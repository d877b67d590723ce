using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike;

/// <summary>A pair of SAs as it was agreed: everything whoever installs them needs. The keys are his and are zeroed by him.</summary>
public sealed record ChildSa
{
    /// <summary>Name of the connection.</summary>
    public required string Connection { get; init; }

    /// <summary>The child's model, with its name, lifetimes and mode of starting.</summary>
    public required ChildModel Model { get; init; }

    /// <summary>ESP or AH.</summary>
    public required ProtocolId Protocol { get; init; }

    /// <summary>The SPI the peer sends with; we chose it.</summary>
    public required uint InboundSpi { get; init; }

    /// <summary>The SPI we send with; the peer chose it.</summary>
    public required uint OutboundSpi { get; init; }

    /// <summary>The suite of ESP; null for AH.</summary>
    public CipherSuite? Suite { get; init; }

    /// <summary>The MAC of AH; None for ESP.</summary>
    public IntegrityAlgorithm Integrity { get; init; }

    /// <summary>Keys of what the peer sends.</summary>
    public required ChildDirectionKeys InboundKeys { get; init; }

    /// <summary>Keys of what we send.</summary>
    public required ChildDirectionKeys OutboundKeys { get; init; }

    /// <summary>Whether the child is in transport mode.</summary>
    public required bool IsTransport { get; init; }

    /// <summary>Whether sequence numbers have 64 bits (RFC 4304).</summary>
    public required bool HasExtendedNumbers { get; init; }

    /// <summary>The traffic, seen from this host.</summary>
    public required IReadOnlyList<TrafficSelector> Selectors { get; init; }

    /// <summary>The ends of ESP; ports matter under encapsulation.</summary>
    public required IkePath Path { get; init; }

    /// <summary>Whether ESP travels in UDP (RFC 3948).</summary>
    public required bool IsEncapsulated { get; init; }

    /// <summary>The addresses both ends have on their own side of the NAT, in transport mode behind one (RFC 7296 §2.23.1); null otherwise.</summary>
    public (IpAddress Local, IpAddress Remote)? OriginalAddresses { get; init; }

    /// <summary>Whether the peer takes traffic-flow-confidentiality padding (RFC 7296 §3.10.1).</summary>
    public bool TakesPadding { get; init; } = true;

    /// <summary>Whether both ends take fragments other than the first in this SA (RFC 7296 §3.10.1).</summary>
    public bool TakesLaterFragments { get; init; }
}
