using IpsecDp.Crypto;
using IpsecDp.Daemon.Capture;
using IpsecDp.Daemon.Offload;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Wrappers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Host.Lab;

/// <summary>What a lab run is asked for.</summary>
internal sealed record LabOptions
{
    /// <summary>Algorithms of every SA.</summary>
    public CipherSuite Suite { get; init; } = CipherSuite.Default;

    /// <summary>Transport or tunnel mode.</summary>
    public SaMode Mode { get; init; } = SaMode.Transport;

    /// <summary>Family of the security endpoints and, in memory, of the traffic.</summary>
    public IpVersion Family { get; init; } = IpVersion.V4;

    /// <summary>Specialty engines of each host.</summary>
    public int Engines { get; init; } = 1;

    /// <summary>How they are dispatched, and the machine; the processors are those of both hosts together.</summary>
    public EngineChoice Engine { get; init; } = new();

    /// <summary>Engines of both hosts varied off and on while traffic is offered, in the order of time; in memory only.</summary>
    public IReadOnlyList<EngineChange> Changes { get; init; } = [];

    /// <summary><c>ee</c>, <c>bulk</c>, <c>interactive</c>, <c>mixed</c>, or a capture file.</summary>
    public string Load { get; init; } = "mixed";

    /// <summary>How long traffic is offered.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What sizes, pauses, payloads and faults derive from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Faults on the link.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>Where the cipher side is captured, null for none.</summary>
    public string? CaptureFile { get; init; }

    /// <summary>Whether each host is a process in a network namespace of its own.</summary>
    public bool InNamespaces { get; init; }

    /// <summary>How packets leave the hosts' path; in namespaces only.</summary>
    public CaptureKind Capture { get; init; } = CaptureKind.Tun;

    /// <summary>Whether ESP travels in UDP; in namespaces only.</summary>
    public bool IsInUdp { get; init; } = true;

    /// <summary>Whether the hosts agree on keys by IKEv2; otherwise both are given the same random ones.</summary>
    public bool UsesIke { get; init; }

    /// <summary>Where the keys are written for Wireshark, null for none; in namespaces only.</summary>
    public string? KeysFile { get; init; }

    /// <summary>Whether one JSON document takes the place of progress and report.</summary>
    public bool IsJson { get; init; }
}
