using System.Diagnostics;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.Throughput.Line;
using IpsecDp.Throughput.Rounds;
using IpsecDp.Throughput.Traffic;

namespace IpsecDp.Throughput.Seal;

/// <summary>ESP tunnel encapsulation alone, AES-128-GCM: a job of 64 packets from "SA known" to "packet ready to send", that is gathered, numbered, shaped and sealed, on one thread.</summary>
internal sealed class EncapsulationAlone : IDisposable
{
    private const int JobsOfARound = 64;
    private const int LinkMtu = 9600;

    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, PacketBatch.DefaultCapacity);
    private readonly PacketBatch _batch = new();
    private readonly KeepingPort _port;
    private readonly EnginePool _pool;
    private readonly LineContext _line;
    private readonly OutboundPath _path;
    private readonly OutboundBundle _bundle;
    private readonly byte[] _octets;

    /// <summary>A job of packets of <paramref name="length"/> octets.</summary>
    public EncapsulationAlone(int length)
    {
        var line = new LineCase(SaMode.Tunnel, PacketMix.Parse($"{length}"), 1, 1, 0);
        _octets = NumberedPacket.Build(0, 0, length);
        _port = new KeepingPort(_batch, LinkMtu);
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, new CpuLedger());
        _line = new LineContext(_pool, _packets, new BufferPool(BufferPool.SuperframeCapacity, 1), new RecordedEvents(), TimeProvider.System);
        _path = new OutboundPath(_line, _port, _port);
        var model = LineModels.Model(line, 0, isOutbound: true);
        var sa = new OutboundSa(model, new SaTransform(model, new CryptoEngines(new SimdEngine(), new PlatformEngine())), TimeProvider.System);
        _bundle = new OutboundBundle(new Tunnel(model.Tunnel, 1), [sa], new PathMtu(LinkMtu, model, TimeProvider.System));
        while (!_batch.IsFull)
        {
            _batch.Add(_packets.TryRent()!);
        }
    }

    /// <summary>Measures inner packets of these lengths in interleaved rounds.</summary>
    public static IReadOnlyList<EncapsulationRow> Measure(IReadOnlyList<int> lengths, TimeSpan duration)
    {
        EncapsulationAlone[] contenders = [.. lengths.Select(length => new EncapsulationAlone(length))];
        var rounds = InterleavedRounds.Measure(duration, [.. contenders.Select(contender => (Func<double>)contender.Round)]);
        foreach (var contender in contenders)
        {
            contender.Dispose();
        }

        return [.. lengths.Select((length, at) => new EncapsulationRow(length, RoundTimes.Of(rounds[at])))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _path.Close();
        _bundle.Dispose();
        _pool.Dispose();
        _port.Dispose();
    }

    // Nanoseconds a packet; what is before and behind the work is not timed.
    private double Round()
    {
        var ticks = 0L;
        for (var i = 0; i < JobsOfARound; i++)
        {
            Refill();
            var start = Stopwatch.GetTimestamp();
            var job = Seal();
            ticks += Stopwatch.GetTimestamp() - start;
            job.Deliver();
            if (_batch.Count != PacketBatch.DefaultCapacity)
            {
                throw new InvalidOperationException($"packets were refused: {string.Join(", ", _line.Drops.ToDictionary())}");
            }
        }

        return ticks * (1e9 / Stopwatch.Frequency) / (JobsOfARound * PacketBatch.DefaultCapacity);
    }

    private SealJob Seal()
    {
        var job = _path.Begin(_bundle);
        for (var i = 0; i < _batch.Count; i++)
        {
            job.Add(_batch.Take(i)!);
        }

        _batch.Clear();
        job.Reserve(_bundle);
        job.Run();
        return job;
    }

    private void Refill()
    {
        for (var i = 0; i < _batch.Count; i++)
        {
            _octets.CopyTo(_batch[i]!.SetLength(_octets.Length));
        }
    }
}
