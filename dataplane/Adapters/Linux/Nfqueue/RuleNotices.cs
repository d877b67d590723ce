namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Becomes readable when anybody changes rules of nf_tables, with which today's iptables writes its rules too.</summary>
internal sealed unsafe class RuleNotices : IDisposable
{
    private const int AddMembership = 1;
    private const int GroupOfTables = 7;
    private const int Space = 8192;

    // NFT_MSG_GETGEN and NFT_MSG_NEWGEN of NFNL_SUBSYS_NFTABLES, and NFTA_GEN_ID.
    private const ushort AskGeneration = 0xA10;
    private const ushort TellGeneration = 0xA0F;
    private const ushort GenerationId = 1;
    private const int FamilyHeaderLength = 4;

    private readonly byte[] _octets = GC.AllocateUninitializedArray<byte>(Space, pinned: true);
    private uint _sequence;

    /// <summary>Listens in the calling thread's network namespace; where the kernel has no such notices it stays silent.</summary>
    public RuleNotices()
    {
        Descriptor = Libc.Socket(SocketNumbers.FamilyNetlink, SocketNumbers.TypeRaw | Libc.CloseOnExec | Libc.NonBlocking, QueueNumbers.NetlinkNetfilter);
        if (Descriptor < 0)
        {
            throw new AdapterException($"no netlink socket ({Errno.Text(Libc.LastError)}): the kernel must be built with CONFIG_NETFILTER_NETLINK.");
        }

        var group = GroupOfTables;
        var address = stackalloc byte[12];
        new Span<byte>(address, 12).Clear();
        *(ushort*)address = SocketNumbers.FamilyNetlink;
        _ = Libc.Bind(Descriptor, address, 12);
        _ = Libc.SetSocketOption(Descriptor, QueueNumbers.LevelNetlink, AddMembership, &group, sizeof(int));
    }

    /// <summary>The kernel's number of the socket.</summary>
    public int Descriptor { get; }

    /// <summary>Reads what is waiting; what it says is looked up in full elsewhere.</summary>
    public void Drain()
    {
        // A lost notice, ENOBUFS, is one as well.
        while (Libc.Receive(Descriptor, PinnedMemory.At(_octets, 0), Space, Libc.DontWait) > 0)
        {
        }
    }

    /// <summary>The number that grows with every change of the namespace's rules in nf_tables; null where the kernel tells none. What is waiting is read with it.</summary>
    public uint? ReadGeneration()
    {
        Drain();
        Span<byte> request = stackalloc byte[32];
        var writer = new NetlinkWriter(request, AskGeneration, QueueNumbers.Request, ++_sequence, 0);
        writer.Close();
        fixed (byte* octets = request)
        {
            if (Libc.Send(Descriptor, octets, (nuint)writer.Length, 0) < 0)
            {
                return null;
            }
        }

        // The kernel has answered when the call returns.
        for (nint count; (count = Libc.Receive(Descriptor, PinnedMemory.At(_octets, 0), Space, Libc.DontWait)) > 0;)
        {
            ReadOnlySpan<byte> datagram = _octets.AsSpan(0, (int)count);
            while (NetlinkMessage.TryTake(ref datagram, out var message))
            {
                if (message.Sequence == _sequence && message.Type == TellGeneration)
                {
                    return FindGeneration(message);
                }
            }
        }

        return null;
    }

    private static uint? FindGeneration(NetlinkMessage message)
    {
        var attributes = new NetlinkAttributes(message.Body.Length > FamilyHeaderLength ? message.Body[FamilyHeaderLength..] : []);
        while (attributes.MoveNext())
        {
            if (attributes.Type == GenerationId && attributes.Content.Length == sizeof(uint))
            {
                return NetlinkMessage.ReadBigEndian(attributes.Content);
            }
        }

        return null;
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}
