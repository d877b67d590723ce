using IpsecDp.Engines.Sleep;

namespace Offload.Tests.Engines.Sleep;

public class AlarmTests
{
    [Fact]
    public void Sleep_RungTwiceBefore_EndsAtOnceAndOnce()
    {
        var alarm = new Alarm();
        alarm.Ring();
        alarm.Ring();
        alarm.Sleep();

        var sleeper = new Sleeper(alarm);
        Assert.False(sleeper.WokeSoon);

        alarm.Ring();
        sleeper.Join();
    }

    [Fact]
    public void Ring_OfAnotherAlarm_WakesNobody()
    {
        var (mine, other) = (new Alarm(), new Alarm());
        var sleeper = new Sleeper(mine);
        other.Ring();
        Assert.False(sleeper.WokeSoon);

        mine.Ring();
        sleeper.Join();
    }

    [Fact]
    public void Ring_TwoThreadsInTurn_LosesNone()
    {
        const int Turns = 50_000;
        var (there, back) = (new Alarm(), new Alarm());
        var answered = 0;
        Condition.InParallel(
            () =>
            {
                for (var turn = 0; turn < Turns; turn++)
                {
                    there.Ring();
                    back.Sleep();
                    Assert.Equal(turn + 1, Volatile.Read(ref answered));
                }
            },
            () =>
            {
                for (var turn = 0; turn < Turns; turn++)
                {
                    there.Sleep();
                    Volatile.Write(ref answered, turn + 1);
                    back.Ring();
                }
            });
    }

    private sealed class Sleeper
    {
        private const int Looks = 2000;

        private readonly Thread _thread;
        private int _state;

        public Sleeper(Alarm alarm)
        {
            _thread = new Thread(() =>
            {
                Volatile.Write(ref _state, 1);
                alarm.Sleep();
                Volatile.Write(ref _state, 2);
            })
            { IsBackground = true };
            _thread.Start();
            Condition.Await(() => Volatile.Read(ref _state) > 0);
        }

        /// <summary>Whether it woke though it was given every chance to.</summary>
        public bool WokeSoon
        {
            get
            {
                for (var look = 0; look < Looks; look++)
                {
                    Thread.Yield();
                }

                return Volatile.Read(ref _state) == 2;
            }
        }

        public void Join()
        {
            Condition.Await(() => Volatile.Read(ref _state) == 2);
            _thread.Join();
        }
    }
}
