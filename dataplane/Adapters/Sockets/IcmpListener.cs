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

    // SKF_AD_OFF + SKF_AD_MARK.
    private const uint MarkAt = 0xFFFFF000 + 20;

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

    /// <summary>Keeps packets with a firewall mark from the socket, for what a capture gives the host over the loopback is heard here too and would go round for ever; the error number, or 0.</summary>
    public static unsafe int Ignore(NativeSocket socket, int mark)
    {
        // Classic BPF: load the mark, return nothing where it is the one, all of the packet otherwise.
        const ulong LoadMark = 0x20 | ((ulong)MarkAt << 32);
        const ulong SkipIfNot = 0x15 | (1UL << 24);
        const ulong ReturnNothing = 0x06;
        const ulong ReturnAll = 0x06 | (0xFFFFFFFFUL << 32);
        var instructions = stackalloc ulong[] { LoadMark, SkipIfNot | ((ulong)(uint)mark << 32), ReturnNothing, ReturnAll };
        // struct sock_fprog.
        var program = stackalloc ulong[] { 4, (ulong)instructions };
        return socket.TrySet(SocketNumbers.LevelSocket, SocketNumbers.AttachFilter, new ReadOnlySpan<byte>(program, 2 * sizeof(ulong)));
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
