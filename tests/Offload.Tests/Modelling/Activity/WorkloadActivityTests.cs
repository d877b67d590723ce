using IpsecDp.Modelling.Activity;

namespace Offload.Tests.Modelling.Activity;

public sealed class WorkloadActivityTests
{
    // A published interval of an hour: 178.92 general and 96.1 raw zIIP seconds, IIPCP 0.07 %, factor 569/256; RMF printed CPU 392.9, APPL% CP 4.98, IIP 2.67.
    [Fact]
    public void Activity_PublishedInterval_IsWhatRmfPrinted()
    {
        var activity = new WorkloadActivity(new AccountSeconds { General = 178.92 - 2.52, EligibleOnGeneral = 2.52, Specialty = 96.1, Wall = 3600 }, engines: 2, 569 / 256.0);

        Assert.Equal(392.9, activity.CpuSeconds, 1.0);
        Assert.Equal(4.97, activity.ApplCp, 0.015);
        Assert.Equal(0.07, activity.ApplIipcp, 0.001);
        Assert.Equal(2.67, activity.ApplIip!.Value, 0.005);
        Assert.Equal(96.1, activity.IipSeconds!.Value, 1e-9);
        Assert.Equal(213.6, activity.NormalisedIipSeconds!.Value, 0.05);
    }

    [Fact]
    public void Activity_NoEngines_HasNoColumnsForThem()
    {
        var activity = new WorkloadActivity(new AccountSeconds { General = 1, EligibleOnGeneral = 3, Wall = 8 }, engines: 0, 1);

        Assert.Null(activity.IipSeconds);
        Assert.Null(activity.ApplIip);
        Assert.Equal(50, activity.ApplCp, 1e-9);
        Assert.Equal(37.5, activity.ApplIipcp, 1e-9);
        Assert.Equal(4, activity.CpuSeconds, 1e-9);
    }

    // What general threads spend on handing over is theirs, what engines spend on taking is the engines'.
    [Fact]
    public void Activity_HandOver_IsBornByWhoDidIt()
    {
        var activity = new WorkloadActivity(new AccountSeconds { HandOver = 1, HandOverOnEngines = 2, Spin = 100, Wall = 100 }, engines: 1, 1);

        Assert.Equal(1, activity.CpSeconds, 1e-9);
        Assert.Equal(2, activity.IipSeconds!.Value, 1e-9);
    }
}
