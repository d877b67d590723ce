using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>What both ends of an RTP connection know of it.</summary>
internal sealed record RtpConnection(ulong Seed, ushort Flow, TransmissionPriority Priority)
{
    /// <summary>Packets of one message; the ones after the first are fragments without session header.</summary>
    public int PacketsPerMessage { get; init; } = 1;

    /// <summary>Whether the packets carry route setup variables to a function of the peer, not session data.</summary>
    public bool IsRouteSetup { get; init; }

    /// <summary>Records after which the sender asks for status; 0 for never.</summary>
    public int StatusEvery { get; init; }

    /// <summary>The identifier packets of a direction carry; its low 16 bits are the flow's number.</summary>
    public ulong ConnectionId(HostSide sender) => (SeedDerivation.Derive(Seed ^ Flow, 0x7C1D + (ulong)sender) << 16) | Flow;

    /// <summary>Number of the first data octet of a direction.</summary>
    public uint InitialSequence(HostSide sender) => (uint)SeedDerivation.Derive(Seed ^ Flow, 0xB5F + (ulong)sender);

    /// <summary>Address of the session, the same for both directions.</summary>
    public ulong SessionAddress => SeedDerivation.Derive(Seed ^ Flow, 0x5E55);
}
