using System.Net;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Raw sockets of both IP versions that send whole packets with one firewall mark, by any number of threads.</summary>
internal sealed class RawPair : IDisposable
{
    [ThreadStatic]
    private static PacketBatch? _portion;

    private readonly CipherSidecar? _v4;
    private readonly CipherSidecar? _v6;
    private readonly PortCounters _counters;

    /// <summary>Opens what the kernel has; throws <see cref="AdapterException"/> where it has neither.</summary>
    public RawPair(int mark, PortBuffers buffers, PortCounters counters)
    {
        _counters = counters;
        _v4 = TryOpen(IPAddress.Any, mark, buffers, out var refusal);
        _v6 = TryOpen(IPAddress.IPv6Any, mark, buffers, out _);
        if (_v4 is null && _v6 is null)
        {
            throw refusal ?? SocketRefusal.Opening("sending IP", Errno.NotPermitted);
        }
    }

    /// <summary>Descriptors that ring when the own link refused a packet as too big.</summary>
    public IEnumerable<int> Descriptors => Open.Select(side => side.Notices.Descriptor);

    private IEnumerable<CipherSidecar> Open => new[] { _v4, _v6 }.OfType<CipherSidecar>();

    /// <summary>Adds notices of packets too big.</summary>
    public void Drain(PacketBatch batch, int limit)
    {
        _v4?.Drain(batch, limit);
        _v6?.Drain(batch, limit);
    }

    /// <summary>Sends slots <paramref name="start"/> to <paramref name="end"/> in their order; those that share their batch with others are taken out of it.</summary>
    public void Send(PacketBatch batch, int start, int end)
    {
        var portion = _portion ??= new PacketBatch(PacketBatch.DefaultCapacity * 2);
        var isV4 = true;
        for (var i = start; i < end; i++)
        {
            if (batch[i] is not { Length: > 0 } buffer)
            {
                continue;
            }

            var isNextV4 = buffer.Packet[0] >> 4 == 4;
            if (portion.IsFull || (portion.Count > 0 && isNextV4 != isV4))
            {
                Send(portion, isV4);
            }

            isV4 = isNextV4;
            portion.Add(batch.Take(i)!);
        }

        Send(portion, isV4);
    }

    public void Dispose()
    {
        _v4?.Dispose();
        _v6?.Dispose();
    }

    private void Send(PacketBatch portion, bool isV4)
    {
        if (portion.Count == 0)
        {
            return;
        }

        if ((isV4 ? _v4 : _v6)?.Raw is { } sender)
        {
            sender.Send(portion);
        }
        else
        {
            _counters.AddSendFailures(PortCounters.PacketsIn(portion, 0));
        }

        portion.Clear();
    }

    private CipherSidecar? TryOpen(IPAddress any, int mark, PortBuffers buffers, out AdapterException? refusal)
    {
        refusal = null;
        try
        {
            var side = new CipherSidecar(any, mark, wantsIcmp: false, wantsRaw: true, buffers, _counters);
            if (side.Raw is not null)
            {
                return side;
            }

            side.Dispose();
        }
        catch (AdapterException caught)
        {
            refusal = caught;
        }

        return null;
    }
}
