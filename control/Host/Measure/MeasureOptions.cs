using IpsecDp.Crypto;
using IpsecDp.Daemon.Capture;
using IpsecDp.Daemon.Offload;
using IpsecDp.Engines;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Modelling.Activity;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Host.Measure;

/// <summary>What a measurement is asked for.</summary>
internal sealed record MeasureOptions
{
    /// <summary><c>ee</c>, <c>bulk</c>, <c>interactive</c>, <c>mixed</c>, or <c>pcap:FILE</c>.</summary>
    public string Load { get; init; } = "bulk";

    /// <summary>What is varied.</summary>
    public SweepKind Sweep { get; init; } = SweepKind.Rate;

    /// <summary>The values of the sweep; empty takes the usual ones.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>Length of a trial.</summary>
    public TimeSpan TrialDuration { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Trials of a step.</summary>
    public int Repeat { get; init; } = 3;

    /// <summary>Specialty engines; of a sweep of engines the most.</summary>
    public int Engines { get; init; } = 1;

    /// <summary>The dispatch controls and the general processors.</summary>
    public EngineChoice Choice { get; init; } = new();

    /// <summary>Tunnels, each with SAs of its own.</summary>
    public int Tunnels { get; init; } = 1;

    /// <summary>Algorithms of every SA.</summary>
    public CipherSuite Suite { get; init; } = CipherSuite.Default;

    /// <summary>Transport or tunnel mode.</summary>
    public SaMode Mode { get; init; } = SaMode.Tunnel;

    /// <summary>The IP version of the packets, and of the security endpoints around them.</summary>
    public IpVersion Family { get; init; } = IpVersion.V4;

    /// <summary>Where packets come from and go to; null for memory.</summary>
    public CaptureKind? Capture { get; init; }

    /// <summary>Whether ESP travels in UDP; between hosts only.</summary>
    public bool IsInUdp { get; init; }

    /// <summary>What sizes, order and gaps derive from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether one JSON document takes the place of progress and report on standard output.</summary>
    public bool IsJson { get; init; }

    /// <summary>Where the trials are written as comma-separated values, null for nowhere.</summary>
    public string? CsvFile { get; init; }

    /// <summary>Where the page is written, null for nowhere.</summary>
    public string? HtmlFile { get; init; }

    /// <summary>The document of a measurement the page compares this one with, or null.</summary>
    public string? CompareFile { get; init; }

    /// <summary>The machine that is projected instead of a sweep, or null.</summary>
    public EngineTopology? Project { get; init; }

    /// <summary>What both hardware threads of a projected engine's core do together in units of one alone; null for engines without SMT.</summary>
    public double? SmtThroughput { get; init; }

    /// <summary>Whether a projection is held against a run with engines instead of a sweep.</summary>
    public bool VerifiesProjection { get; init; }

    /// <summary>What a document calls the capture.</summary>
    public string CaptureName => Capture switch { CaptureKind.Tun => "tun", CaptureKind.Nfqueue => "nfqueue", _ => "memory" };

    /// <summary>The machine with so many engines: the one that was named, else one general processor where the engines leave it one of its own, else wherever the scheduler puts the two general threads.</summary>
    public EngineTopology TopologyOf(int engines)
    {
        if (Choice.Topology(engines) is { } named)
        {
            return named;
        }

        if (Capture is not null)
        {
            // Two hosts with two general threads each share the machine, so nothing is bound.
            return new EngineTopology(2, engines) { IsPinned = false, Factor = Choice.Factor };
        }

        var most = Math.Max(engines, Engines);
        return IThreadPinning.OfThisSystem.Allowed().Count > most
            ? new EngineTopology(1, engines) { Factor = Choice.Factor }
            : new EngineTopology(2, engines) { IsPinned = false, Factor = Choice.Factor };
    }
}
