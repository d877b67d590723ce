using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;

namespace Offload.Tests.Modelling.Projection;

/// <summary>Trials with a shorter and a longer queue, taken together, and slices of one setup, taken as one.</summary>
public sealed class SharedTrialsTests
{
    private const int Octets = 1000;

    [Fact]
    public void The_two_queues_count_by_their_packets_and_not_half_each()
    {
        var shared = new SharedTrials(TrialOf(jobsHere: 100, jobsElsewhere: 300, here: 200, elsewhere: 300), TrialOf(jobsHere: 300, jobsElsewhere: 100, here: 400, elsewhere: 700));
        Assert.Equal(0.5, shared.RatioByPackets);
        Assert.Equal(64, shared.PacketsPerJob);

        // 100 jobs of 64 packets at 200 nanoseconds and 300 at 400; 300 at 300 and 100 at 700.
        Assert.Equal(64 * 350.0, shared.RunHerePerJob!.Value, 1e-6);
        Assert.Equal(64 * 400.0, shared.RunElsewherePerJob, 1e-6);
        Assert.Equal(50, shared.ReceivePerPacket, 1e-6);
    }

    [Fact]
    public void Of_a_mix_what_moved_is_measured_by_its_own_size()
    {
        var small = TrialOf(jobsHere: 100, jobsElsewhere: 100, here: 200, elsewhere: 300, packetsElsewhere: 16);
        var shared = new SharedTrials(small, small);
        Assert.Equal((64, 16, 40), (shared.PacketsPerJobHere, shared.PacketsPerJobElsewhere, shared.PacketsPerJob));
        Assert.Equal(16 * 300.0, shared.RunElsewherePerJob, 1e-6);
    }

    [Theory]
    [InlineData(31, 32, false)]
    [InlineData(32, 32, true)]
    public void Few_jobs_in_place_say_nothing_of_what_they_cost(int shallow, int deep, bool isKnown)
    {
        var shared = new SharedTrials(TrialOf(shallow, 100, 200, 300), TrialOf(deep, 100, 200, 300));
        Assert.Equal(isKnown, shared.RunHerePerJob is not null);
    }

    [Fact]
    public void Slices_add_up()
    {
        var whole = LineTrial.Together([TrialOf(100, 300, 200, 300), TrialOf(300, 100, 200, 300)], engines: 1);
        Assert.Equal((400L, 400L), (whole.OnGeneral.Jobs, whole.OnEngines.Jobs));
        Assert.Equal(800 * 64, whole.Delivered);
        Assert.Equal(TrialOf(100, 300, 200, 300).Cpu.Wall + TrialOf(300, 100, 200, 300).Cpu.Wall, whole.Cpu.Wall);
        Assert.Equal(400 * 64 * 200e-9, whole.Cpu[CpuAccount.EligibleOnGeneral], 1e-8);
    }

    [Fact]
    public void A_slice_in_which_others_had_a_processor_is_left_out()
    {
        var (whole, taken) = (TrialOf(100, 300, 200, 300), TrialOf(100, 300, 200, 300, wallFactor: 1.2));
        Assert.Equal(300, LineTrial.Together([whole, taken], engines: 1).OnEngines.Jobs);

        // The twin: what is lost in most of them is what the machine is.
        Assert.Equal(900, LineTrial.Together([whole, taken, taken], engines: 1).OnEngines.Jobs);

        // As much as a trial may lose is no reason.
        Assert.Equal(600, LineTrial.Together([whole, TrialOf(100, 300, 200, 300, wallFactor: 1.05)], engines: 1).OnEngines.Jobs);
    }

    // Both threads are busy for all of its time, or for a part of it where others have them.
    private static LineTrial TrialOf(int jobsHere, int jobsElsewhere, double here, double elsewhere, int packetsElsewhere = 64, double wallFactor = 1)
    {
        var (onGeneral, onEngines) = (Count(jobsHere, 64), Count(jobsElsewhere, packetsElsewhere));
        var packets = onGeneral.Packets + onEngines.Packets;
        var (receiving, inPlace, moved) = (packets * 50e-9, onGeneral.Packets * here * 1e-9, onEngines.Packets * elsewhere * 1e-9);
        var wall = Math.Max(receiving + inPlace, moved);
        double SecondsOf(CpuAccount account) => account switch
        {
            CpuAccount.Workload => receiving,
            CpuAccount.EligibleOnGeneral => inPlace,
            CpuAccount.General => wall - receiving - inPlace,
            CpuAccount.SpecialtyEligible => moved,
            CpuAccount.SpecialtyOther => wall - moved,
            _ => 0,
        };
        return new LineTrial
        {
            Offered = packets,
            Delivered = packets,
            Lost = 0,
            Cpu = CpuSnapshot.Of(SecondsOf, processSeconds: 2 * wall, TimeSpan.FromSeconds(wall * wallFactor)),
            OnEngines = onEngines,
            OnGeneral = onGeneral,
            WakeUps = 0,
            ReceiveSeconds = receiving,
        };
    }

    private static WorkCount Count(int jobs, int packets) => new(jobs, jobs * packets, (long)jobs * packets * Octets);
}
