using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>A processor and the step it is at; virtual time in nanoseconds. Of its time the thread that is simulated has a share, which slows it and is what is booked.</summary>
internal abstract class SimulatedProcessor(int index, double rate, double share)
{
    /// <summary>Its number: general processors first, then engines.</summary>
    public readonly int Index = index;

    /// <summary>Work a nanosecond when its core is its own, in units of a full-speed processor.</summary>
    public readonly double FullRate = rate * share;

    /// <summary>CPU nanoseconds by account.</summary>
    public readonly double[] Booked = new double[CpuAccounts.Count];

    /// <summary>Nanoseconds of an engine's thread on handing over.</summary>
    public double HandOver;

    public ProcessorPhase Phase;
    public CpuAccount Account = CpuAccount.Spin;

    /// <summary>Whether time passes on its account; asleep it does not.</summary>
    public bool IsBooking;

    public double Since;
    public double WorkLeft;
    public double Rate = rate * share;
    public int Version;

    /// <summary>The job in hand.</summary>
    public int Job = JobTable.None;

    /// <summary>The other hardware thread of its core.</summary>
    public SimulatedProcessor? Sibling;

    /// <summary>Whether it does work now, which its sibling feels.</summary>
    public bool IsWorking => Phase is ProcessorPhase.Admit or ProcessorPhase.HandOver or ProcessorPhase.Wake or ProcessorPhase.Run or ProcessorPhase.Deliver;

    /// <summary>Books part of the step under way to another account.</summary>
    public void Move(double time, CpuAccount account)
    {
        Booked[(int)Account] -= time * share;
        Booked[(int)account] += time * share;
        HandOver += account == CpuAccount.HandOver ? time * share : 0;
    }

    /// <summary>Books up to now.</summary>
    public void BookTo(double now)
    {
        if (IsBooking)
        {
            var booked = (now - Since) * share;
            Booked[(int)Account] += booked;
            HandOver += Account == CpuAccount.HandOver && this is SimulatedEngine ? booked : 0;
        }

        WorkLeft -= (now - Since) * Rate;
        Since = now;
    }
}
