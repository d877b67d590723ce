using System.Runtime.CompilerServices;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What one call of Admit gathers: a job for each of the bundles it meets, and the packets that pass in clear.</summary>
internal sealed class OutboundTurn(OutboundPath path)
{
    private readonly SealJob?[] _jobs = new SealJob?[OpenJobs.Places];
    private readonly PacketBatch _bypass = new();
    private OpenJobs _open;
    private int _latest;

    // The packets of one flow that follow one another: what the first of them was found to need, the next need too.
    private PlainHeader _head;
    private OutboundBundle? _bundle;
    private ServiceClass _classOfHead;
    private int _fitting;

    /// <summary>The class of the packets that are grouped from here on.</summary>
    public ServiceClass ServiceClass { get; set; } = ServiceClass.Unclassified;

    /// <summary>Takes the packets of a batch from an index on that start like the one before, are no longer and so go the same way; gives how many. The next must be asked anew.</summary>
    public int Continue(PacketBatch batch, int from)
    {
        if (_bundle is not { } bundle || _jobs[_latest] is not { } job || job.Bundle != bundle)
        {
            return 0;
        }

        var slots = batch.Slots[from..];
        var (run, bytes, openChecksums) = (0, 0, 0);
        for (var most = Math.Min(slots.Length, job.RoomForSingles); run < most && slots[run] is { } packet && IsNext(packet); run++)
        {
            bytes += packet.Length;
            openChecksums += packet.Segments.IsChecksumMissing ? 1 : 0;
        }

        job.AddRun(batch, from, run, bytes, openChecksums, _classOfHead);
        if (!job.HasRoom)
        {
            Close(_latest);
        }

        return run;
    }

    /// <summary>Adds a packet to its bundle's job; <paramref name="isFollowed"/> says that it is a single one that fits the path, so that those right behind it that start alike need not be asked.</summary>
    public void Group(PacketBuffer packet, OutboundBundle bundle, bool isFollowed = false)
    {
        // Whatever else is grouped ends the run: a job is told of neighbours that they start like the packet added before them.
        _bundle = isFollowed && PlainHeader.TryRead(packet.Packet, out _head) ? bundle : null;
        (_fitting, _classOfHead) = (packet.Length, ServiceClass);
        var slot = SlotOf(bundle);
        var job = _jobs[slot]!;
        job.Add(packet, ServiceClass);
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
        _bundle = null;
        while (_open.TryFirst(out var slot))
        {
            Close(slot);
        }

        if (_bypass.Count > 0)
        {
            path.Pass(_bypass);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsNext(PacketBuffer packet)
    {
        if (packet.Segments.Kind != SegmentKind.None || !_head.Matches(packet.Packet, out var length) || length > _fitting)
        {
            return false;
        }

        packet.TrimTo(length);
        return true;
    }

    // Where the bundle's job is, begun if there is none. A batch is mostly one conversation.
    private int SlotOf(OutboundBundle bundle)
    {
        var slot = _jobs[_latest]?.Bundle == bundle ? _latest : Find(bundle);
        _latest = slot;
        if (_jobs[slot] is null)
        {
            Begin(slot, bundle);
        }

        return slot;
    }

    // The bundle's job, or a free place, near the place its SPI says; what lies in the way leaves early.
    private int Find(OutboundBundle bundle)
    {
        var home = OpenJobs.HomeOf(bundle.Innermost.Model.Spi);
        var free = -1;
        for (var step = 0; step < OpenJobs.Reach; step++)
        {
            var slot = OpenJobs.After(home, step);
            if (_jobs[slot] is not { } job)
            {
                free = free < 0 ? slot : free;
            }
            else if (job.Bundle == bundle)
            {
                return slot;
            }
        }

        if (free < 0)
        {
            Close(home);
            free = home;
        }

        return free;
    }

    private void Begin(int slot, OutboundBundle bundle)
    {
        _jobs[slot] = path.Begin(bundle);
        _open.Add(slot);
    }

    private void Close(int slot)
    {
        if (_jobs[slot] is { } job)
        {
            _jobs[slot] = null;
            _open.Remove(slot);
            path.Submit(job);
        }
    }
}
