using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace IpsecDp.Daemon.Records;

/// <summary>The accounts and the pool's counters as instruments of <see cref="System.Diagnostics.Metrics"/>, which any listener of the process may read, and their way to a collector. Nothing is counted for them: they read what the accounts hold when they are asked.</summary>
public sealed class OffloadMetrics : IDisposable
{
    /// <summary>The name a listener asks for.</summary>
    public const string MeterName = "IpsecDp.Offload";

    // The instruments of one collection read one snapshot.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);

    private readonly Meter _meter = new(MeterName);
    private readonly Lock _gate = new();
    private readonly CpuLedger _ledger;
    private readonly Func<EnginePoolSnapshot> _pool;
    private readonly Normalisation _factor;
    private (CpuSnapshot Cpu, EnginePoolSnapshot Pool) _seen;
    private long _seenAt;
    private MeterProvider? _provider;

    /// <summary>Makes the instruments.</summary>
    public OffloadMetrics(CpuLedger ledger, Func<EnginePoolSnapshot> pool, Normalisation factor)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(pool);
        (_ledger, _pool, _factor) = (ledger, pool, factor);
        _seen = (ledger.Snapshot(), pool());
        _seenAt = Stopwatch.GetTimestamp();
        _meter.CreateObservableCounter("ipsecdp.cpu.time", Accounts, "s", "CPU time by account");
        _meter.CreateObservableCounter("ipsecdp.cpu.eligible.time", Eligible, "s", "CPU time of sealing and opening by class and by where it ran");
        _meter.CreateObservableGauge("ipsecdp.offload.ratio", Ratios, "1", "Eligible work that ran on engines over all eligible work, normalised, since the start");
        _meter.CreateObservableCounter("ipsecdp.jobs", Jobs, "{job}", "Jobs by class and by where they ran");
        _meter.CreateObservableCounter("ipsecdp.packets", Packets, "{packet}", "Packets by class and by where they were sealed or opened");
        _meter.CreateObservableGauge("ipsecdp.engine.queue.depth", Depths, "{job}", "Jobs that wait at an engine");
        _meter.CreateObservableGauge("ipsecdp.engine.online", Online, "1", "1 for an engine that is on, 0 for one varied off");
        _meter.CreateObservableCounter("ipsecdp.help.calls", () => Seen().Pool.HelpCalls, "1", "Times the engines began to need help");
    }

    /// <summary>Makes the instruments and sends them by OTLP over HTTP.</summary>
    public static OffloadMetrics SendTo(Uri target, TimeSpan interval, CpuLedger ledger, Func<EnginePoolSnapshot> pool, Normalisation factor)
    {
        var metrics = new OffloadMetrics(ledger, pool, factor);
        metrics._provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(MeterName)
            .AddOtlpExporter((exporter, reader) =>
            {
                (exporter.Endpoint, exporter.Protocol) = (target, OtlpExportProtocol.HttpProtobuf);
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)interval.TotalMilliseconds;
            })
            .Build();
        return metrics;
    }

    /// <summary>Makes the instruments and serves them to Prometheus at <c>http://ADDRESS:PORT/metrics</c>; throws <see cref="DaemonException"/> where nobody can listen there.</summary>
    public static OffloadMetrics ServeAt(IPEndPoint place, CpuLedger ledger, Func<EnginePoolSnapshot> pool, Normalisation factor)
    {
        ArgumentNullException.ThrowIfNull(place);
        var metrics = new OffloadMetrics(ledger, pool, factor);
        try
        {
            metrics._provider = Sdk.CreateMeterProviderBuilder()
                .AddMeter(MeterName)
                .AddPrometheusHttpListener(listener => (listener.Host, listener.Port) = (place.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{place.Address}]" : $"{place.Address}", place.Port))
                .Build();
            return metrics;
        }
        catch (Exception refusal) when (refusal is HttpListenerException or SocketException or InvalidOperationException)
        {
            metrics.Dispose();
            throw new DaemonException($"metrics cannot be served at {place}: {refusal.Message}");
        }
    }

    /// <summary>Sends the last figures where they go, and ends.</summary>
    public void Dispose()
    {
        _provider?.Dispose();
        _meter.Dispose();
    }

    private (CpuSnapshot Cpu, EnginePoolSnapshot Pool) Seen()
    {
        lock (_gate)
        {
            if (Stopwatch.GetElapsedTime(_seenAt) > Fresh)
            {
                _seen = (_ledger.Snapshot(), _pool());
                _seenAt = Stopwatch.GetTimestamp();
            }

            return _seen;
        }
    }

    private IEnumerable<Measurement<double>> Accounts()
    {
        var cpu = Seen().Cpu;
        return CpuAccounts.All.Select(account => new Measurement<double>(cpu[account], Tag("account", account)));
    }

    private IEnumerable<Measurement<double>> Eligible()
    {
        var cpu = Seen().Cpu;
        foreach (var serviceClass in ServiceClasses.All)
        {
            yield return new(cpu[CpuAccount.SpecialtyEligible, serviceClass], ClassTag(serviceClass), new("where", "engine"));
            yield return new(cpu.Projected(serviceClass), ClassTag(serviceClass), new("where", "projected"));
            foreach (var cause in SpillCauses.All)
            {
                yield return new(cpu.SpilledBy(cause, serviceClass), ClassTag(serviceClass), Tag("where", cause));
            }
        }
    }

    private IEnumerable<Measurement<double>> Ratios()
    {
        var ratios = new OffloadRatios(Seen().Cpu, _factor.Value);
        // A ratio over nothing is not observed.
        if (double.IsFinite(ratios.OffloadRatio))
        {
            yield return new(ratios.OffloadRatio);
        }
    }

    private IEnumerable<Measurement<long>> Jobs() => Counts(static count => count.Jobs);

    private IEnumerable<Measurement<long>> Packets() => Counts(static count => count.Packets);

    private IEnumerable<Measurement<long>> Counts(Func<WorkCount, long> figure)
    {
        var pool = Seen().Pool;
        foreach (var serviceClass in ServiceClasses.All)
        {
            yield return new(figure(pool.OnEnginesOf(serviceClass)), ClassTag(serviceClass), new("where", "engine"));
            yield return new(figure(pool.ProjectedOf(serviceClass)), ClassTag(serviceClass), new("where", "projected"));
            foreach (var cause in SpillCauses.All)
            {
                yield return new(figure(pool.SpilledBy(cause, serviceClass)), ClassTag(serviceClass), Tag("where", cause));
            }
        }
    }

    private IEnumerable<Measurement<long>> Depths() => Seen().Pool.Engines.Select(engine => new Measurement<long>(engine.Depth, new KeyValuePair<string, object?>("engine", engine.Index)));

    private IEnumerable<Measurement<int>> Online() => Seen().Pool.Engines.Select(engine => new Measurement<int>(engine.IsParked ? 0 : 1, new KeyValuePair<string, object?>("engine", engine.Index)));

    private static KeyValuePair<string, object?> ClassTag(ServiceClass serviceClass) => new("class", ServiceClasses.NameOf(serviceClass));

    private static KeyValuePair<string, object?> Tag<T>(string name, T value)
        where T : struct, Enum => new(name, JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));
}
