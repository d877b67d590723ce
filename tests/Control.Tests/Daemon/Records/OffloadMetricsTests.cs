using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Records;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Control.Tests.Daemon.Records;

/// <summary>The accounts as instruments: what a listener of the process sees, and what reaches a collector.</summary>
public sealed class OffloadMetricsTests : IDisposable
{
    private readonly CpuLedger _ledger = new();
    private readonly EnginePool _pool;

    public OffloadMetricsTests() => _pool = new EnginePool(new EnginePoolModel { Engines = 2 }, _ledger);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Listener_Collecting_SeesAccountsAndEngines()
    {
        _pool.Park(1);
        using var metrics = new OffloadMetrics(_ledger, _pool.Snapshot, Normalisation.None);
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == OffloadMetrics.MeterName)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen[$"{instrument.Name} {Words(tags)}"] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[$"{instrument.Name} {Words(tags)}"] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => seen[$"{instrument.Name} {Words(tags)}"] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(CpuAccounts.Count, seen.Keys.Count(key => key.StartsWith("ipsecdp.cpu.time account=", StringComparison.Ordinal)));
        Assert.Equal((1.0, 0.0), (seen["ipsecdp.engine.online engine=0"], seen["ipsecdp.engine.online engine=1"]));
        Assert.Equal(0, seen["ipsecdp.jobs class=ee-high where=too-small"]);
        Assert.DoesNotContain(seen.Keys, key => key.StartsWith("ipsecdp.offload.ratio", StringComparison.Ordinal));
    }

    // An independent end: a socket that takes the request a collector would.
    [Fact]
    public async Task SendTo_Collector_PostsTheMetrics()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        var request = Task.Run(() => Receive(collector), TestContext.Current.CancellationToken);
        var target = new Uri($"http://127.0.0.1:{((IPEndPoint)collector.LocalEndpoint).Port}/v1/metrics");
        OffloadMetrics.SendTo(target, TimeSpan.FromHours(1), _ledger, _pool.Snapshot, Normalisation.None).Dispose();

        var text = await request;
        Assert.StartsWith("POST /v1/metrics ", text, StringComparison.Ordinal);
        Assert.Contains("application/x-protobuf", text, StringComparison.Ordinal);
        Assert.Contains("ipsecdp.cpu.time", text, StringComparison.Ordinal);
        Assert.Contains("specialty-eligible", text, StringComparison.Ordinal);
    }

    // An independent end: what a scrape of Prometheus would get, in its text form.
    [Fact]
    public async Task ServeAt_Loopback_IsScrapedWithTheOffloadRatio()
    {
        using var done = new ManualResetEventSlim();
        var job = new BusyJob(done);
        new OrderedLane().Open(job);
        _pool.Submit(job);
        Assert.True(done.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        var place = FreePlace();
        using var metrics = OffloadMetrics.ServeAt(place, _ledger, _pool.Snapshot, Normalisation.None);
        using var client = new HttpClient();

        // The job says that it is done before the engine has booked it.
        var text = "";
        var began = Stopwatch.GetTimestamp();
        while (!text.Contains("\nipsecdp_offload_ratio", StringComparison.Ordinal) && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            text = await client.GetStringAsync(new Uri($"http://{place}/metrics"), TestContext.Current.CancellationToken);
        }

        var ratio = text.Split('\n').Single(line => line.StartsWith("ipsecdp_offload_ratio", StringComparison.Ordinal));
        Assert.InRange(double.Parse(ratio.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), double.Epsilon, 1);
        Assert.Contains("# TYPE ipsecdp_offload_ratio gauge", text, StringComparison.Ordinal);
        Assert.Contains("account=\"specialty-eligible\"", text, StringComparison.Ordinal);
        Assert.Contains("ipsecdp_engine_online", text, StringComparison.Ordinal);
    }

    // The twin: nobody listens where somebody else does, and afterwards nobody does.
    [Fact]
    public async Task ServeAt_TakenPort_IsRefusedAndEndsWithItsOwner()
    {
        var place = FreePlace();
        using (OffloadMetrics.ServeAt(place, _ledger, _pool.Snapshot, Normalisation.None))
        {
            var refusal = Assert.Throws<DaemonException>(() => OffloadMetrics.ServeAt(place, _ledger, _pool.Snapshot, Normalisation.None));
            Assert.Contains($"metrics cannot be served at {place}", refusal.Message, StringComparison.Ordinal);
        }

        using var client = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"http://{place}/metrics"), TestContext.Current.CancellationToken));
    }

    // Bound and given up again; nobody else on the machine asks for ports of this address.
    private static IPEndPoint FreePlace()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.94.64"), 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private static string Receive(TcpListener collector)
    {
        using var client = collector.AcceptTcpClient();
        using var stream = client.GetStream();
        var received = new List<byte>();
        var octets = new byte[65536];
        while (!IsWhole(received))
        {
            var count = stream.Read(octets);
            if (count == 0)
            {
                break;
            }

            received.AddRange(octets.AsSpan(0, count));
        }

        stream.Write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8);
        return Encoding.Latin1.GetString([.. received]);
    }

    private static bool IsWhole(List<byte> received)
    {
        var text = Encoding.Latin1.GetString([.. received]);
        var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return body >= 4 && length is not null && text.Length - body >= int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Words(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));

    private sealed class BusyJob(ManualResetEventSlim done) : LaneJob
    {
        public override int Bytes => 1500;

        public override void Run() => Thread.SpinWait(1_000_000);

        public override void Deliver() => done.Set();
    }
}
