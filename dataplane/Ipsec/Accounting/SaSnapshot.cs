namespace IpsecDp.Ipsec.Accounting;

/// <summary>One SA's counters at one moment.</summary>
public sealed record SaSnapshot(
    string Tunnel,
    string Protocol,
    uint Spi,
    bool IsInbound,
    string Suite,
    string Mode,
    string Local,
    string Remote,
    long Packets,
    long Bytes,
    long Replayed,
    long IntegrityFailures,
    long OtherRefusals,
    long Lost,
    ulong HighestSequence,
    int PathMtu);
