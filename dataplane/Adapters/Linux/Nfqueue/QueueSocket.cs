using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>One netlink socket bound to one or two queues of the kernel: the packets of both arrive here in their order, and only from here may they be answered.</summary>
internal sealed unsafe class QueueSocket : IMarkOwner, IDisposable
{
    private const int ReplySpace = 70_000;
    private const int ReplyPatience = 5000;

    private readonly int _descriptor;
    private readonly ushort[] _queues;
    private readonly CallGate _gate;
    private uint _sequence;
    private long _failedVerdicts;

    private QueueSocket(int descriptor, ushort[] queues)
    {
        _descriptor = descriptor;
        _queues = queues;
        _gate = new CallGate(() => _ = Libc.Close(descriptor));
    }

    /// <summary>The kernel's number of the socket.</summary>
    public int Descriptor => _descriptor;

    /// <summary>The queues, by their number in a mark.</summary>
    public IReadOnlyList<ushort> Queues => _queues;

    /// <summary>Octets of socket buffer the kernel granted.</summary>
    public int BufferGranted { get; private set; }

    /// <summary>Verdicts the kernel could not take as they were.</summary>
    public long FailedVerdicts => Interlocked.Read(ref _failedVerdicts);

    /// <summary>Opens and binds in the calling thread's network namespace; the first queue gives superframes where it is asked to. Throws <see cref="AdapterException"/>.</summary>
    public static QueueSocket Open(NfqueueOptions options, bool takesSuperframes, params ushort[] queues)
    {
        var descriptor = Libc.Socket(SocketNumbers.FamilyNetlink, SocketNumbers.TypeRaw | Libc.CloseOnExec | Libc.NonBlocking, QueueNumbers.NetlinkNetfilter);
        if (descriptor < 0)
        {
            throw new AdapterException($"packets cannot be captured ({Errno.Text(Libc.LastError)}): the kernel must be built with CONFIG_NETFILTER_NETLINK_QUEUE.");
        }

        var socket = new QueueSocket(descriptor, queues);
        try
        {
            socket.Prepare(options.SocketBuffer);
            for (var at = 0; at < queues.Length; at++)
            {
                socket.BindQueue(queues[at], options, takesSuperframes && at == 0);
            }
        }
        catch (AdapterException)
        {
            socket.Dispose();
            throw;
        }

        return socket;
    }

    /// <summary>Which of the socket's queues has a number of the kernel's, or -1.</summary>
    public int IndexOf(ushort queue) => Array.IndexOf(_queues, queue);

    /// <summary>Whether the socket is there still; every true is followed by one <see cref="Leave"/>.</summary>
    public bool TryEnter() => _gate.TryEnter();

    /// <summary>Ends the use of the socket.</summary>
    public void Leave() => _gate.Leave();

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Forsake(long mark)
    {
        var forsaken = new QueueMark(mark);
        var scratch = stackalloc byte[VerdictBatch.ScratchSize];
        var verdict = new VerdictBatch(scratch, this);
        verdict.Settle(forsaken, QueueNumbers.Drop);
        verdict.Flush();
    }

    /// <summary>Sends messages in one call; false where the kernel refuses them.</summary>
    public bool TrySend(Libc.IoVector* pieces, int count)
    {
        if (!_gate.TryEnter())
        {
            // The queue is gone, and the kernel dropped with it what it held.
            return true;
        }

        var message = new Libc.Message { Header = new Libc.MessageHeader { Pieces = pieces, PieceCount = (nuint)count } };
        int sent;
        do
        {
            sent = Libc.SendMessages(_descriptor, &message, 1, Libc.DontWait);
        }
        while (sent < 0 && Libc.LastError == Errno.Interrupted);

        _gate.Leave();
        return sent == 1;
    }

    /// <summary>Counts verdicts that did not get through as they were.</summary>
    public void CountFailed(int verdicts) => Interlocked.Add(ref _failedVerdicts, verdicts);

    /// <inheritdoc/>
    public void Dispose() => _gate.Close();

    private void Prepare(int buffer)
    {
        // struct sockaddr_nl with port 0: the kernel gives one.
        var address = stackalloc byte[12];
        new Span<byte>(address, 12).Clear();
        *(ushort*)address = SocketNumbers.FamilyNetlink;
        if (Libc.Bind(_descriptor, address, 12) < 0)
        {
            throw new AdapterException($"packets cannot be captured ({Errno.Text(Libc.LastError)}): the netlink socket cannot be bound.");
        }

        Set(SocketNumbers.LevelSocket, SocketNumbers.ReceiveBufferForce, buffer);
        Set(SocketNumbers.LevelSocket, SocketNumbers.SendBufferForce, buffer);
        Set(QueueNumbers.LevelNetlink, QueueNumbers.NoOverrunErrors, 1);
        int granted = 0, length = sizeof(int);
        _ = Libc.GetSocketOption(_descriptor, SocketNumbers.LevelSocket, SocketNumbers.ReceiveBuffer, &granted, &length);
        BufferGranted = granted / 2;
    }

    private void Set(int level, int option, int value) => _ = Libc.SetSocketOption(_descriptor, level, option, &value, sizeof(int));

    private void BindQueue(ushort queue, NfqueueOptions options, bool takesSuperframes)
    {
        // struct nfqnl_msg_config_cmd: command, padding, protocol family, which is not looked at since Linux 3.8.
        Require(queue, QueueNumbers.ConfigCommand, [QueueNumbers.Bind, 0, 0, 0], "bound");
        // struct nfqnl_msg_config_params: octets to copy, mode.
        Require(queue, QueueNumbers.ConfigParameters, [0, 0, 0xFF, 0xFF, QueueNumbers.CopyPacket], "given whole packets");
        Require(queue, QueueNumbers.ConfigMaximumLength, BigEndian((uint)options.QueueLength), "given its length");
        var flags = (takesSuperframes ? QueueNumbers.TakesSuperframes : 0) | (options.FailsOpen ? QueueNumbers.FailOpen : 0);
        Require(queue, QueueNumbers.ConfigFlags, BigEndian(flags), "given its flags", QueueNumbers.ConfigMask, BigEndian(QueueNumbers.TakesSuperframes | QueueNumbers.FailOpen));
    }

    private void Require(ushort queue, ushort type, ReadOnlySpan<byte> content, string what, ushort secondType = 0, ReadOnlySpan<byte> second = default)
    {
        Span<byte> request = stackalloc byte[64];
        var writer = new NetlinkWriter(request, QueueNumbers.ConfigMessage, QueueNumbers.RequestWithAck, ++_sequence, queue);
        writer.Add(type, content);
        if (secondType != 0)
        {
            writer.Add(secondType, second);
        }

        writer.Close();
        switch (Exchange(request[..writer.Length]))
        {
            case 0:
                return;

            case Errno.Busy:
                throw new AdapterException($"NFQUEUE {queue} is in use by another program: choose another first queue.");

            case Errno.NotPermitted:
                throw new AdapterException($"NFQUEUE {queue} cannot be {what}: run as root or with CAP_NET_ADMIN; a queue that another program has is refused the same way.");

            case var error:
                throw new AdapterException($"NFQUEUE {queue} cannot be {what} ({Errno.Text(error)}).");
        }
    }

    // The kernel's error number, 0 for its consent.
    private int Exchange(ReadOnlySpan<byte> request)
    {
        fixed (byte* octets = request)
        {
            if (Libc.Send(_descriptor, octets, (nuint)request.Length, 0) < 0)
            {
                return Libc.LastError;
            }
        }

        var reply = new byte[ReplySpace];
        fixed (byte* octets = reply)
        {
            var entry = new Libc.PollEntry { Descriptor = _descriptor, Events = Libc.PollIn };
            while (Libc.Poll(&entry, 1, ReplyPatience) != 0)
            {
                var count = (int)Libc.Receive(_descriptor, octets, ReplySpace, Libc.DontWait);
                if (count > 0 && FindReply(reply.AsSpan(0, count)) is { } error)
                {
                    return error;
                }
            }
        }

        return Errno.InputOutput;
    }

    // Rules that an earlier run left behind send packets the moment a queue is bound.
    private int? FindReply(ReadOnlySpan<byte> datagram)
    {
        while (NetlinkMessage.TryTake(ref datagram, out var message))
        {
            if (message.Type == NetlinkMessage.ErrorType && message.Sequence == _sequence)
            {
                return message.Error;
            }

            if (QueuedPacket.TryRead(message, out var packet) && IndexOf(packet.Queue) is var queue and >= 0)
            {
                Forsake(QueueMark.Of(packet.Id, queue, isSuperframe: false, default).Value);
            }
        }

        return null;
    }

    private static byte[] BigEndian(uint number)
    {
        var octets = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        return octets;
    }
}
