using System.Buffers.Binary;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Receives what routers say about packets that were too big, as whole IP packets, so that the data plane learns path MTUs (RFC 1191, RFC 8201).</summary>
internal sealed class IcmpListener(NativeSocket socket, PortBuffers buffers, PortCounters counters) : IDisposable
{
    private const int MessagesPerCall = 4;

    private readonly RawReceiver _receiver = new(socket, IpProtocol.Icmpv6, MessagesPerCall, buffers, counters);
    private readonly PacketBatch _heard = new(MessagesPerCall);

    /// <summary>The kernel's number of the socket.</summary>
    public int Descriptor => _receiver.Descriptor;

    /// <summary>Leaves only the messages wanted to the socket; the error number, or 0.</summary>
    public static int Filter(NativeSocket socket)
    {
        // A set bit of ICMP_FILTER and of struct icmp6_filter keeps a type out.
        if (socket.IsV4)
        {
            return socket.TrySet(SocketNumbers.LevelRaw, SocketNumbers.IcmpFilter, ~(1 << IcmpType.Unreachable));
        }

        Span<byte> types = stackalloc byte[32];
        types.Fill(0xFF);
        BinaryPrimitives.WriteUInt32LittleEndian(types, ~(1u << IcmpType.V6PacketTooBig));
        return socket.TrySet(SocketNumbers.LevelIcmpv6, SocketNumbers.Icmpv6Filter, types);
    }

    /// <summary>Adds waiting messages until the batch holds <paramref name="limit"/> buffers.</summary>
    public void Drain(PacketBatch batch, int limit)
    {
        while (limit - batch.Count >= MessagesPerCall)
        {
            var result = _receiver.Drain(_heard, MessagesPerCall);
            for (var i = 0; i < _heard.Count; i++)
            {
                if (IsTooBig(_heard[i]!.Packet))
                {
                    batch.Add(_heard.Take(i)!);
                }
            }

            _heard.Clear();
            if (result != DrainResult.Full)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        _heard.Dispose();
        _receiver.Dispose();
    }

    // What the host is told about its own clear packets is heard here, too, and concerns nobody but the host.
    private static bool IsTooBig(Span<byte> octets) =>
        IpPacketView.TryView(octets, out var packet) && PacketTooBig.TryRead(packet, out _, out var quoted) && quoted.Protocol is IpProtocol.Esp or IpProtocol.Ah or IpProtocol.Udp;
}
