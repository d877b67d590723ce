using System.Buffers.Binary;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace IpsecDp.TestKit.Divert;

/// <summary>What WinDivert's driver does to a host's packets, modelled by the rules read in its source: the chain of handles by height, queues, what closing gives back, and injection.</summary>
public sealed class DivertKernel(TimeProvider? time = null)
{
    /// <summary>The interface the host has.</summary>
    public const uint Interface = 5;

    private const ulong Sniff = 1;
    private const ulong DropFlag = 2;
    private const ulong ReceiveOnly = 4;
    private const ulong SendOnly = 8;
    private readonly List<DivertSession> _chain = [];
    private readonly Dictionary<char, Queue<int>> _faults = [];
    private readonly List<byte[]> _wire = [];
    private readonly List<byte[]> _host = [];
    private int _opened;

    /// <summary>Told of each packet that leaves for the network; called under the kernel's lock.</summary>
    public Action<byte[]>? OnWire { get; set; }

    /// <summary>Told of each packet that reaches the host.</summary>
    public Action<byte[]>? OnHost { get; set; }

    /// <summary>Largest packet the link carries; what is larger and may not be cut is lost without a word.</summary>
    public int LinkMtu { get; init; } = 65535;

    /// <summary>Whether packets are kept in <see cref="Wire"/> and <see cref="Host"/>.</summary>
    public bool Records { get; init; } = true;

    /// <summary>Packets that guards dropped.</summary>
    public long Guarded { get; private set; }

    /// <summary>Packets lost from full or overdue queues.</summary>
    public long Overflowed
    {
        get
        {
            lock (Gate)
            {
                return _chain.Sum(session => session.Overflowed);
            }
        }
    }

    /// <summary>Packets that left for the network.</summary>
    public IReadOnlyList<byte[]> Wire { get { lock (Gate) { return [.. _wire]; } } }

    /// <summary>Packets that reached the host.</summary>
    public IReadOnlyList<byte[]> Host { get { lock (Gate) { return [.. _host]; } } }

    /// <summary>Handles that are open.</summary>
    public IReadOnlyList<DivertSession> Sessions { get { lock (Gate) { return [.. _chain.Where(session => !session.IsClosed)]; } } }

    internal TimeProvider Time { get; } = time ?? TimeProvider.System;

    internal object Gate { get; } = new();

    /// <summary>The next call of a kind ('r' receive, 's' send, 'o' open) fails with an error, before it does anything.</summary>
    public void Fail(char call, int error)
    {
        lock (Gate)
        {
            (_faults.TryGetValue(call, out var faults) ? faults : _faults[call] = new Queue<int>()).Enqueue(error);
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Waits for packet <paramref name="index"/> of those that left for the network, or of those that reached the host.</summary>
    public byte[] Await(bool isWire, int index)
    {
        lock (Gate)
        {
            var packets = isWire ? _wire : _host;
            while (packets.Count <= index)
            {
                if (!Monitor.Wait(Gate, TestThread.Patience))
                {
                    throw new TimeoutException($"{packets.Count} packets came, {index + 1} were awaited");
                }
            }

            return packets[index];
        }
    }

    /// <summary>An application on the host sends a packet.</summary>
    public void HostSends(byte[] packet, byte flags = DivertAddressImage.IpChecksum | DivertAddressImage.TcpChecksum | DivertAddressImage.UdpChecksum)
    {
        lock (Gate)
        {
            Walk(packet, NewAddress((byte)(flags | DivertAddressImage.Outbound), packet), long.MaxValue);
        }
    }

    /// <summary>The network brings a packet.</summary>
    public void WireBrings(byte[] packet, byte flags = DivertAddressImage.IpChecksum | DivertAddressImage.TcpChecksum | DivertAddressImage.UdpChecksum)
    {
        lock (Gate)
        {
            Walk(packet, NewAddress(flags, packet), long.MaxValue);
        }
    }

    /// <summary>Opens a handle; 0 or an error code.</summary>
    public int Open(string filter, int layer, int priority, ulong flags, int process, out DivertSession? session)
    {
        session = null;
        lock (Gate)
        {
            var isContradiction = (flags & (Sniff | DropFlag)) == (Sniff | DropFlag) || (flags & (ReceiveOnly | SendOnly)) == (ReceiveOnly | SendOnly) || flags > 0x3F;
            if (layer is < 0 or > 1 || priority is < -30000 or > 30000 || isContradiction || !DivertFilterProgram.TryCompile(filter, layer, out var program))
            {
                return 87;
            }

            if (TakeFault('o') is > 0 and var fault)
            {
                return fault;
            }

            session = new DivertSession(this, program, ((priority + 30000L) << 16) + _opened++, flags, process);
            _chain.Add(session);
            _chain.Sort((left, right) => right.Height.CompareTo(left.Height));
            return 0;
        }
    }

    /// <summary>Receives as RecvEx does.</summary>
    public int Receive(DivertSession session, int room, int addresses, out IReadOnlyList<(byte[] Packet, DivertAddressImage Address)> taken)
    {
        var list = new List<(byte[], DivertAddressImage)>();
        taken = list;
        lock (Gate)
        {
            if (TakeFault('r') is > 0 and var fault)
            {
                return fault;
            }

            return session.Has(SendOnly | DropFlag) ? 87 : session.Receive(room, addresses, list, out _);
        }
    }

    /// <summary>Sends as SendEx does: packets are found by their length fields, and what failed before the last did not stop it.</summary>
    public int Send(DivertSession session, ReadOnlySpan<byte> packets, IReadOnlyList<DivertAddressImage> addresses)
    {
        lock (Gate)
        {
            if (TakeFault('s') is > 0 and var fault)
            {
                return fault;
            }

            if (session.IsClosed || session.IsSendingShut || session.Has(ReceiveOnly))
            {
                return session.IsClosed ? 6 : session.IsSendingShut ? 232 : 87;
            }

            var error = 0;
            foreach (var address in addresses)
            {
                var length = LengthOf(packets);
                if (length == -1)
                {
                    return 87;
                }

                if (length <= 0 || length > packets.Length)
                {
                    return 122;
                }

                var soft = Inject(session, packets[..length].ToArray(), address);
                error = soft == 0 ? error : soft;
                packets = packets[length..];
            }

            return error;
        }
    }

    /// <summary>Ends receiving or sending on a handle.</summary>
    public int Shutdown(DivertSession session, int how)
    {
        lock (Gate)
        {
            return session.Shut(how);
        }
    }

    /// <summary>Sets a parameter.</summary>
    public int Set(DivertSession session, int parameter, ulong value)
    {
        lock (Gate)
        {
            return session.Set(parameter, value);
        }
    }

    /// <summary>Reads a parameter.</summary>
    public int Get(DivertSession session, int parameter, out ulong value)
    {
        lock (Gate)
        {
            return session.Get(parameter, out value);
        }
    }

    /// <summary>Closes a handle: what waited goes on from its place in the chain, unchanged.</summary>
    public void Close(DivertSession session)
    {
        lock (Gate)
        {
            foreach (var (packet, address) in session.Close())
            {
                Walk(packet, address, session.Height);
            }
        }
    }

    /// <summary>A process dies: its handles are closed by the system.</summary>
    public void KillProcess(int process)
    {
        foreach (var session in Sessions.Where(session => session.Process == process))
        {
            Close(session);
        }
    }

    private void Walk(byte[] packet, DivertAddressImage address, long below)
    {
        foreach (var session in _chain)
        {
            if (session.Height >= below || !session.Matches(packet, address))
            {
                continue;
            }

            if (session.Has(DropFlag))
            {
                Guarded++;
                return;
            }

            session.Enqueue(packet, session.Has(Sniff) ? address.WithFlags((byte)(address.Flags | DivertAddressImage.Sniffed)) : address);
            if (!session.Has(Sniff))
            {
                return;
            }
        }

        Leave(packet, address.Has(DivertAddressImage.Outbound));
    }

    private void Leave(byte[] packet, bool isOutbound)
    {
        if (isOutbound && packet.Length > LinkMtu && (packet[0] >> 4 == 6 || (packet[6] & 0x40) != 0))
        {
            return;
        }

        if (Records)
        {
            (isOutbound ? _wire : _host).Add(packet);
            Monitor.PulseAll(Gate);
        }

        (isOutbound ? OnWire : OnHost)?.Invoke(packet);
    }

    private int Inject(DivertSession session, byte[] packet, DivertAddressImage address)
    {
        var isV4 = packet[0] >> 4 == 4;
        if (!address.Has(DivertAddressImage.Outbound) && address.Interface != Interface)
        {
            return 87;
        }

        if (address.Has(DivertAddressImage.Impostor) && !TakeHop(packet, isV4))
        {
            return 1232;
        }

        Complete(packet, address);
        var kept = DivertAddressImage.Outbound | DivertAddressImage.Impostor;
        Walk(packet, NewAddress((byte)((address.Flags & kept) | DivertAddressImage.IpChecksum | DivertAddressImage.TcpChecksum | DivertAddressImage.UdpChecksum), packet), session.Height);
        return 0;
    }

    private static bool TakeHop(byte[] packet, bool isV4)
    {
        var at = isV4 ? 8 : 7;
        if (packet[at] <= 1)
        {
            return false;
        }

        packet[at]--;
        if (isV4)
        {
            CompleteHeader(packet);
        }

        return true;
    }

    // A clear bit has the driver compute that sum; of fragments it leaves the transport's alone.
    private static void Complete(byte[] packet, DivertAddressImage address)
    {
        if (DivertPacketHeaders.Read(packet) is not { } headers)
        {
            return;
        }

        if (headers.Ip >= 0 && !address.Has(DivertAddressImage.IpChecksum))
        {
            CompleteHeader(packet);
        }

        var (at, sum, flag) = headers.Tcp >= 0 ? (headers.Tcp, 16, DivertAddressImage.TcpChecksum) : (headers.Udp, 6, DivertAddressImage.UdpChecksum);
        if (at >= 0 && !headers.IsFragment && !address.Has(flag))
        {
            var (source, destination) = headers.Ip >= 0
                ? (IpAddress.ReadV4(packet.AsSpan(12)), IpAddress.ReadV4(packet.AsSpan(16)))
                : (IpAddress.ReadV6(packet.AsSpan(8)), IpAddress.ReadV6(packet.AsSpan(24)));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at + sum), NaiveChecksum.Transport(source, destination, (byte)headers.Protocol, packet.AsSpan(at)));
        }
    }

    private static void CompleteHeader(byte[] packet)
    {
        (packet[10], packet[11]) = (0, 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), NaiveChecksum.Compute(packet.AsSpan(0, (packet[0] & 15) * 4)));
    }

    private DivertAddressImage NewAddress(byte flags, byte[] packet) =>
        DivertAddressImage.Of(Time.GetTimestamp(), packet[0] >> 4 == 6 ? (byte)(flags | DivertAddressImage.V6) : flags, Interface);

    private int TakeFault(char call) => _faults.TryGetValue(call, out var faults) && faults.TryDequeue(out var error) ? error : 0;

    private static int LengthOf(ReadOnlySpan<byte> packet) => packet.Length == 0 ? 0 : (packet[0] >> 4) switch
    {
        4 => packet.Length < 20 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
        6 => packet.Length < 40 ? 0 : 40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]),
        _ => -1,
    };
}
