using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>A thread for each port: it receives a batch, admits it, and does nothing else.</summary>
internal sealed class LineThreads(DataPlaneOptions options, OutboundPath[] outbound, InboundPath[] inbound) : IDisposable
{
    // Helping goes on with the next batch: a thread that helped until nothing waits would let its own port wait for others' floods.
    private const int MostHelpABatch = 64;

    private readonly List<Thread> _threads = [];
    private Exception? _failure;

    /// <summary>The first exception that ended a thread.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public void Start()
    {
        for (var queue = 0; queue < options.ClearPorts.Count; queue++)
        {
            var (port, path) = (options.ClearPorts[queue], outbound[queue]);
            Launch($"{options.Name} out {queue}", options.Placement.ProcessorOf(isOutbound: true, queue), port.BatchSize, port.Receive, path.Admit);
        }

        for (var queue = 0; queue < options.CipherPorts.Count; queue++)
        {
            var (port, path) = (options.CipherPorts[queue], inbound[queue]);
            Launch($"{options.Name} in {queue}", options.Placement.ProcessorOf(isOutbound: false, queue), port.BatchSize, port.Receive, path.Admit);
        }
    }

    public void Dispose()
    {
        foreach (var port in options.ClearPorts)
        {
            port.Interrupt();
        }

        foreach (var port in options.CipherPorts)
        {
            port.Interrupt();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Launch(string name, int? processor, int batchSize, Func<PacketBatch, bool> receive, Action<PacketBatch> admit)
    {
        var thread = new Thread(() => Run(name, processor, batchSize, receive, admit)) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void Run(string name, int? processor, int batchSize, Func<PacketBatch, bool> receive, Action<PacketBatch> admit)
    {
        if (processor is { } bound)
        {
            // A refusal costs speed and nothing else.
            _ = options.Pinning.TryPin(bound);
        }

        using var meter = options.Ledger.Register(name, CpuAccount.General);
        using var batch = new PacketBatch(batchSize);
        // Made before the first packet; later the line allocates nothing.
        _ = FlowCache.OfThisThread;
        try
        {
            while (receive(batch))
            {
                admit(batch);
                for (var help = 0; help < MostHelpABatch && options.Pool.Help(); help++)
                {
                }
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The thread's port is gone; the host reads the failure and ends in order instead of the process dying here.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }
}
