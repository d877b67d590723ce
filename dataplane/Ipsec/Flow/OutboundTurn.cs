using System.Runtime.CompilerServices;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What one call of Admit gathers: a job for each of the bundles it meets, and the packets that pass in clear.</summary>
internal sealed class OutboundTurn(OutboundPath path)
{
    // Bundles met side by side in one batch; a batch of more of them closes the oldest job early.
    private const int MostJobs = 8;

    private readonly SealJob?[] _jobs = new SealJob?[MostJobs];
    private readonly PacketBatch _bypass = new();
    private int _oldest;
    private int _latest;

    /// <summary>Adds a packet to its bundle's job.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Group(PacketBuffer packet, OutboundBundle bundle)
    {
        // A batch is mostly one conversation.
        var slot = _jobs[_latest]?.Bundle == bundle ? _latest : Find(bundle);
        _latest = slot;
        var job = _jobs[slot] ??= path.Begin(bundle);
        job.Add(packet);
        if (!job.HasRoom)
        {
            Close(slot);
        }
    }

    /// <summary>Adds a packet that policy lets through.</summary>
    public void Bypass(PacketBuffer packet)
    {
        _bypass.Add(packet);
        if (_bypass.IsFull)
        {
            path.Pass(_bypass);
        }
    }

    /// <summary>Submits every job and sends what passes.</summary>
    public void Finish()
    {
        for (var slot = 0; slot < MostJobs; slot++)
        {
            Close(slot);
        }

        if (_bypass.Count > 0)
        {
            path.Pass(_bypass);
        }
    }

    private int Find(OutboundBundle bundle)
    {
        var free = -1;
        for (var slot = 0; slot < MostJobs; slot++)
        {
            if (_jobs[slot] is not { } job)
            {
                free = slot;
            }
            else if (job.Bundle == bundle)
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
