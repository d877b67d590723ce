namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Becomes readable when anybody changes rules of nf_tables, with which today's iptables writes its rules too.</summary>
internal sealed unsafe class RuleNotices : IDisposable
{
    private const int AddMembership = 1;
    private const int GroupOfTables = 7;
    private const int Space = 8192;

    private readonly byte[] _octets = GC.AllocateUninitializedArray<byte>(Space, pinned: true);

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

    public void Dispose() => _ = Libc.Close(Descriptor);
}
