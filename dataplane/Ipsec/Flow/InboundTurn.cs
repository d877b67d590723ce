using System.Runtime.CompilerServices;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What one call of Admit or Deliver gathers: a job for each SA it meets, and the packets for the host.</summary>
internal sealed class InboundTurn(InboundPath path)
{
    private const int MostJobs = 8;

    private readonly OpenJob?[] _jobs = new OpenJob?[MostJobs];
    private readonly PacketBatch _forHost = new();
    private int _oldest;
    private int _latest;

    /// <summary>Adds a packet to its SA's job.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Group(PacketBuffer packet, InboundSa sa, int headerAt, ulong number)
    {
        // A batch is mostly one conversation.
        var slot = _jobs[_latest]?.Sa == sa ? _latest : Find(sa);
        _latest = slot;
        var job = _jobs[slot] ??= path.Begin(sa);
        job.Add(packet, headerAt, number);
        if (!job.HasRoom)
        {
            Close(slot);
        }
    }

    /// <summary>Adds a packet the host may have.</summary>
    public void Inject(PacketBuffer packet)
    {
        _forHost.Add(packet);
        if (_forHost.IsFull)
        {
            path.Inject(_forHost);
        }
    }

    /// <summary>Gives the host its packets and submits every job.</summary>
    public void Finish()
    {
        if (_forHost.Count > 0)
        {
            path.Inject(_forHost);
        }

        for (var slot = 0; slot < MostJobs; slot++)
        {
            Close(slot);
        }
    }

    private int Find(InboundSa sa)
    {
        var free = -1;
        for (var slot = 0; slot < MostJobs; slot++)
        {
            if (_jobs[slot] is not { } job)
            {
                free = slot;
            }
            else if (job.Sa == sa)
            {
                return slot;
            }
        }

        if (free >= 0)
        {
            return free;
        }

        _oldest = (_oldest + 1) % MostJobs;
        Close(_oldest);
        return _oldest;
    }

    private void Close(int slot)
    {
        if (_jobs[slot] is { } job)
        {
            _jobs[slot] = null;
            path.Submit(job);
        }
    }
}
