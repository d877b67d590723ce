using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Daemon.Capture;
using IpsecDp.Daemon.Offload;
using IpsecDp.Daemon.Records;

namespace IpsecDp.Daemon;

/// <summary>What a running data plane is made from, beside its policy; null means that policy or the link decides.</summary>
public sealed record DaemonOptions
{
    /// <summary>Octets of a job below which its general thread does it where nobody says otherwise: a few packets without much payload. A lone acknowledgement costs less than the wake-up of an engine that sleeps.</summary>
    public const int DefaultSmallestJob = 1024;

    /// <summary>Queues of NFQUEUE where nobody asked for more.</summary>
    public const int DefaultQueueBalance = 1;

    /// <summary>How packets leave the host's path and come back.</summary>
    public CaptureKind Capture { get; init; } = CaptureKind.Auto;

    /// <summary>Queues packets of the host's own path are spread over, each with threads of its own.</summary>
    public int QueueBalance { get; init; } = DefaultQueueBalance;

    /// <summary>Whether packets pass in clear while nobody judges them, and not stop.</summary>
    public bool FailsOpen { get; init; }

    /// <summary>Where the numbers of SAs outlive the process; null to forget them.</summary>
    public string? StateFolder { get; init; }

    /// <summary>Where commands are taken; null for nowhere.</summary>
    public string? CommandPath { get; init; }

    /// <summary>Whether it was asked for, so that a start without it is refused and not only told.</summary>
    public bool RequiresCommands { get; init; }

    /// <summary>Name of the TUN interface; a <c>%d</c> in it is a number the kernel picks.</summary>
    public string Tun { get; init; } = "ipsec%d";

    /// <summary>Addresses the interface gets.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>Prefixes routed into the interface.</summary>
    public IReadOnlyList<InterfaceAddress> Routes { get; init; } = [];

    /// <summary>What ESP travels in.</summary>
    public CipherEncapsulation? Encapsulation { get; init; }

    /// <summary>The address of this host that ESP uses.</summary>
    public IPAddress? Local { get; init; }

    /// <summary>The UDP port of encapsulation.</summary>
    public int? Port { get; init; }

    /// <summary>MTU of the TUN interface; null for the largest that fits the link when sealed.</summary>
    public int? Mtu { get; init; }

    /// <summary>Whether ESP and AH marked above routine have a socket, queue or handle of their own, read before all others; packets of one SA overtake one another then.</summary>
    public bool SortsArrivals { get; init; }

    /// <summary>Queues of the TUN interface.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>Specialty engines; with none, a general thread per direction does everything.</summary>
    public int Engines { get; init; }

    /// <summary>How they are dispatched.</summary>
    public EngineChoice Engine { get; init; } = new();

    /// <summary>Time between interval records, and between metrics.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where interval records are appended, null for none.</summary>
    public string? RecordsFile { get; init; }

    /// <summary>Octets at which the file of records is set aside.</summary>
    public long RecordsLimit { get; init; } = RecordFile.DefaultLimit;

    /// <summary>Where metrics are sent by OTLP over HTTP, null for nowhere.</summary>
    public Uri? MetricsTo { get; init; }

    /// <summary>Where metrics are served to Prometheus, null for nowhere.</summary>
    public IPEndPoint? PrometheusAt { get; init; }

    /// <summary>Where threads run.</summary>
    public PlacementChoice Placement { get; init; } = PlacementChoice.Automatic;

    /// <summary>Where the cipher side is captured, null for none.</summary>
    public string? CaptureFile { get; init; }

    /// <summary>Where the keys of IKE SAs are written for Wireshark, null for nowhere.</summary>
    public string? IkeKeysFile { get; init; }

    /// <summary>Where the keys of negotiated ESP SAs are written for Wireshark, null for nowhere.</summary>
    public string? EspKeysFile { get; init; }
}
