using IpsecDp.Engines;
using IpsecDp.Engines.Overload;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>The marked packets at a general thread's ports: it admits them while a job of its own waits for room at engines that it may not help (IIPHONORPRIORITY=NO). Routine ones stay at the ports until that job is placed.</summary>
internal sealed class MarkedPackets(LinePort[] ports) : UrgentWork, IDisposable
{
    // The thread's other batch is being admitted meanwhile.
    private readonly PacketBatch _batch = new(ports.Max(static port => port.BatchSize));

    /// <inheritdoc/>
    protected override bool IsWaiting
    {
        get
        {
            foreach (var port in ports)
            {
                if (port.HasMarked)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public void Dispose() => _batch.Dispose();

    /// <inheritdoc/>
    protected override void Serve()
    {
        var former = Backlog.OfThisThread;
        foreach (var port in ports)
        {
            if (port.TryReceiveMarked(_batch))
            {
                Backlog.OfThisThread = port.HasMoreBehind(_batch);
                port.Admit(_batch);
            }
        }

        Backlog.OfThisThread = former;
    }
}
