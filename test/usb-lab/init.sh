#!/bin/busybox sh
# First process of the guest: mounts the host's files read-only under a layer in memory, a writable share for results
# at /run/lab, and hands over to the program that the share names in start.sh. Ends by power-off whatever happens.
export PATH=/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module" || echo "no module $module"; done </modules/order

share='trans=virtio,version=9p2000.L,msize=512000'
mount -t 9p -o "$share,ro,cache=loose" host /below
mount -t tmpfs above /above
mkdir /above/files /above/work
mount -t overlay -o lowerdir=/below,upperdir=/above/files,workdir=/above/work files /root
for dir in proc sys dev; do mount --move "/$dir" "/root/$dir"; done
mkdir -p /root/dev/pts /root/dev/shm
mount -t devpts pts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
mount -t tmpfs run /root/run
mkdir /root/run/lab
mount -t 9p -o "$share,cache=none" results /root/run/lab
mount -t configfs config /root/sys/kernel/config
ip link set lo up
exec switch_root /root /bin/sh -c '. /run/lab/start.sh; sync; echo o >/proc/sysrq-trigger; sleep 60'
