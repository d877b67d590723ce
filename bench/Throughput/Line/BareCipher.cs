using System.Diagnostics;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Throughput.Line;

/// <summary>The baseline of <see cref="MemoryLine"/>: the cipher alone over ESP packets of the same lengths, at the same place in buffers of the same size.</summary>
internal sealed class BareCipher : IDisposable
{
    private readonly PacketBatch _batch = new();
    private readonly PacketSlice[] _slices = new PacketSlice[PacketBatch.DefaultCapacity];
    private readonly bool[] _opened = new bool[PacketBatch.DefaultCapacity];
    private readonly IPacketCipher _cipher;

    /// <summary>A batch of what the line makes of its packets.</summary>
    public BareCipher(LineCase line)
    {
        var stock = new BufferPool(Math.Max(BufferPool.PacketCapacity, line.Mix.MaximumLength), PacketBatch.DefaultCapacity);
        using var model = LineModels.Model(line, 0, isOutbound: true);
        _cipher = new SimdEngine().CreateCipher(model.Suite, model.Keys, model.ExtendedSequenceNumbers);
        const int Header = Ipv4View.MinimumHeaderLength;
        for (var i = 0; i < _slices.Length; i++)
        {
            var buffer = stock.TryRent()!;
            _batch.Add(buffer);
            var length = line.Mix.LengthOf(i);
            buffer.SetLength(length);
            var at = buffer.Offset + (line.Mode == SaMode.Tunnel ? 0 : Header) - BundleGeometry.Lead(model);
            _slices[i] = new PacketSlice(buffer.Memory, at, new BundleGeometry([model]).SealedLength(length, Header) - Header, (ulong)i + 1);
            _slices[i].Packet.Fill(0xA5);
            _cipher.WriteIv(_slices[i].Packet.Slice(8, model.Suite.IvLength), _slices[i].Sequence);
        }
    }

    /// <summary>Seals and opens the batch that often and returns nanoseconds a packet; throws when a packet did not open.</summary>
    public double SealAndOpen(int batches)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < batches; i++)
        {
            _cipher.SealMany(_slices);
            _cipher.OpenMany(_slices, _opened);
            if (_opened.AsSpan().Contains(false))
            {
                throw new InvalidOperationException("a packet did not open");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / ((double)batches * _slices.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _cipher.Dispose();
    }
}
