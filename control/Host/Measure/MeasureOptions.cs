using IpsecDp.Crypto;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Modelling.Activity;

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

    /// <summary>The machine of general and specialty processors.</summary>
    public EngineTopology Topology { get; init; } = new(1, 1);

    /// <summary>The dispatch controls; the number of engines is the topology's or the sweep's.</summary>
    public EnginePoolModel Dispatch { get; init; } = new() { Engines = 0 };

    /// <summary>Tunnels, each with SAs of its own.</summary>
    public int Tunnels { get; init; } = 1;

    /// <summary>Algorithms of every SA.</summary>
    public CipherSuite Suite { get; init; } = CipherSuite.Default;

    /// <summary>Transport or tunnel mode.</summary>
    public SaMode Mode { get; init; } = SaMode.Tunnel;

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
}
